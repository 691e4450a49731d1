"""`kpiloop doctor`: what is wrong, where, and what to do about it."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kpiloop.cli.checkup.finding import Finding
from kpiloop.cli.checkup.source import check_source
from kpiloop.clock import ManualClock
from kpiloop.connector.base import CheckStatus
from kpiloop.ledger.store import Ledger
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import load_project
from kpiloop.warehouse.store import Warehouse
from kpiloop_sandbox.hubspot.options import ALL_SCOPES, SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.plugin_workshop import Workshop
from support.program import Answer, Program

PUBLISH = """
[[publish]]
kpi = "revenue"
by = "company"
to = "crm"
"""


@pytest.fixture
def sandbox() -> Generator[HubspotSandbox]:
    """An account without records."""
    with Store() as store, HubspotSandbox(store, SandboxOptions()) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Patient:
    """A project that reads one account, and the program in its folder."""

    program: Program
    base_url: str
    settings: dict[str, str] = field(
        default_factory=lambda: {"timezone": "Europe/Berlin", "currency": "EUR"}
    )

    @property
    def file(self) -> Path:
        """Its kpiloop.toml."""
        return self.program.folder / "kpiloop.toml"

    @property
    def home(self) -> Path:
        """Its home folder."""
        return self.program.folder / ".kpiloop"

    def write(self, more: str = "", **settings: str) -> None:
        """Write its file."""
        lines = "\n".join(f'{key} = "{text}"' for key, text in (self.settings | settings).items())
        source = f'[sources.crm]\nconnector = "hubspot"\nbase_url = "{self.base_url}"\n'
        self.file.write_text(f"[project]\n{lines}\n\n{source}{more}", encoding="utf-8")

    def doctor(self, *line: str, key: str = "sandbox-token") -> Answer:
        """Have it looked at."""
        return self.program("doctor", *line, KPILOOP_CRM_TOKEN=key)

    def wrong(self, answer: Answer) -> list[Mapping[str, Any]]:
        """What is not ok, of an answer in JSON."""
        return [each for each in answer.json if each["status"] != "ok"]


@pytest.fixture
def patient(program: Program, sandbox: HubspotSandbox) -> Patient:
    """A project with nothing wrong."""
    project = Patient(program, sandbox.base_url)
    project.write(PUBLISH)
    return project


def test_a_project_with_nothing_wrong_is_told_so(patient: Patient, sandbox: HubspotSandbox) -> None:
    """Every part is looked at, here and in the account, and nothing is changed in either."""
    answer = patient.doctor()
    assert (answer.exit_code, answer.err) == (0, "")
    assert "are well. Next: `kpiloop run`." in answer.out
    assert [line for line in answer.out.splitlines() if line and line[0] != " "][:4] == [
        "plugins",
        "project",
        "home",
        "crm",
    ]
    assert sandbox.counters.records_written == 0
    assert [path.name for path in patient.program.folder.iterdir()] == ["kpiloop.toml"]


def test_programs_read_each_finding(patient: Patient) -> None:
    """With --json every finding is an object with its area, status and next step."""
    answer = patient.doctor("--json")
    assert {each["area"] for each in answer.json} == {"plugins", "project", "home", "crm"}
    assert set(answer.json[0]) == {"area", "what", "status", "found", "todo"}


def test_without_a_file_the_plugins_are_looked_at_all_the_same(program: Program) -> None:
    """What cannot be looked at without a project is left out; init is the next step."""
    answer = program("doctor")
    assert answer.exit_code == 2
    assert "ok       working: attribution, clv, files, hubspot, mailchimp" in answer.out
    assert "Next: Make one with `kpiloop init`" in answer.out


def test_a_misspelt_setting_is_named(patient: Patient) -> None:
    """The line, the key and what was meant, as every verb tells them."""
    patient.write(currencyy="EUR")
    answer = patient.doctor()
    assert answer.exit_code == 2
    assert "did you mean 'currency'" in answer.out
    assert "Traceback" not in answer.out + answer.err


def test_a_wrong_definition_is_named_and_the_rest_is_looked_at(patient: Patient) -> None:
    """A KPI of what nobody knows has to be corrected; the account is asked all the same."""
    patient.write('[kpis.odd]\ntitle = "Odd"\nmeaning = "Odd."\nformula = "no_such / new_leads"\n')
    (wrong,) = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 2
    assert wrong["what"] == "definitions"
    assert "no_such" in wrong["found"]


def test_a_poor_target_is_told_and_the_project_works(patient: Patient) -> None:
    """Each thing that it lacks is a warning of its own, with what to do about it."""
    patient.write('[targets.win_rate]\nyear = 45\n[schedule]\ncycle = "every 7 days"\n')
    answer = patient.doctor("--json")
    found = [each for each in patient.wrong(answer) if each["area"] == "targets"]
    assert answer.exit_code == 0
    assert [each["what"] for each in found] == ["win_rate", "win_rate", "followed daily"]
    assert "4,500 %" in found[0]["found"]
    assert "a year only" in found[1]["found"]
    assert all(each["todo"] for each in found)


def test_a_missing_key_is_named_with_its_source_and_where_to_get_it(patient: Patient) -> None:
    """The variable to set, and the place in the vendor's system where keys are made."""
    (wrong,) = patient.wrong(answer := patient.program("doctor", "--json"))
    assert answer.exit_code == 2
    assert wrong["area"] == "crm"
    assert "KPILOOP_CRM_TOKEN" in wrong["todo"]
    assert "Service keys" in wrong["todo"]


def test_a_wrong_key_is_a_matter_of_settings_and_never_shown(patient: Patient) -> None:
    """The account turns it away, and the next step says where a right one is made."""
    answer = patient.doctor("--json", key="pat-eu1-secret")
    assert answer.exit_code == 2
    assert patient.wrong(answer)[0]["what"] == "key"
    assert "pat-eu1-secret" not in answer.out + answer.err


def test_a_missing_scope_is_named(patient: Patient, sandbox: HubspotSandbox) -> None:
    """Which, for which source, and where it is given."""
    narrow = ALL_SCOPES - {"crm.objects.deals.read"}
    sandbox.options = replace(sandbox.options, tokens={"sandbox-token": narrow})
    (wrong,) = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 2
    assert (wrong["area"], wrong["status"]) == ("crm", "failed")
    assert "add crm.objects.deals.read to the key" in wrong["todo"]


def test_what_is_published_must_be_allowed(patient: Patient, sandbox: HubspotSandbox) -> None:
    """A right that reading does not need is needed as soon as something is published."""
    narrow = ALL_SCOPES - {"crm.schemas.companies.write"}
    sandbox.options = replace(sandbox.options, tokens={"sandbox-token": narrow})
    wrong = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 2
    assert [(each["what"], each["status"]) for each in wrong][-1] == (
        "publishing to companies",
        "failed",
    )
    patient.write()
    assert patient.doctor("--json").exit_code == 0


def test_what_is_published_must_have_room(patient: Patient, sandbox: HubspotSandbox) -> None:
    """An account whose custom properties are used up can take no new one."""
    sandbox.options = replace(sandbox.options, custom_properties=1)
    patient.write(PUBLISH + PUBLISH.replace("revenue", "won_deals"))
    (wrong,) = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 2
    assert wrong["found"] == "2 fields are to be made, and the account has room for 1"


def test_another_zone_or_currency_than_the_accounts_is_a_warning(patient: Patient) -> None:
    """The vendor's own reports would show other numbers; that may be wanted."""
    patient.write(timezone="America/New_York", currency="USD")
    wrong = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 0
    assert [(each["what"], each["status"]) for each in wrong] == [
        ("time zone", "warning"),
        ("currency", "warning"),
    ]
    assert wrong[0]["found"] == "the account has Europe/Berlin, [project] has America/New_York"


@pytest.mark.parametrize(("off", "word"), [(600, "ahead"), (-600, "behind")])
def test_a_clock_that_goes_wrong_is_a_warning(patient: Patient, off: int, word: str) -> None:
    """Changes are asked for by time: the machine must agree with the vendor about it."""
    patient.write('token = "sandbox-token"\n')
    found = _findings(patient, ManualClock(datetime.now(UTC) + timedelta(seconds=off)))
    (wrong,) = [each.check for each in found if each.check.status is not CheckStatus.OK]
    assert wrong.what == "clock"
    assert word in wrong.found


def test_a_system_that_nobody_reaches_fails_in_words(patient: Patient, program: Program) -> None:
    """No network is no matter of settings: exit code 1, and try again later."""
    nowhere = Patient(program, "http://127.0.0.1:9")
    nowhere.write('token = "sandbox-token"\n')
    (finding,) = _findings(nowhere, ManualClock(datetime.now(UTC)))
    assert finding.exit_code == 1
    assert "the connection was refused" in finding.check.found


def _findings(patient: Patient, clock: ManualClock) -> list[Finding]:
    host = PluginHost.load()
    project = load_project(patient.file, host=host, environment={})
    return check_source(project, "crm", host, clock)


@pytest.fixture
def stores(patient: Patient) -> Patient:
    """A project with its stores made."""
    patient.home.mkdir(mode=0o700)
    Ledger.open(patient.home / "ledger.sqlite").close()
    with Warehouse.open(patient.home / "warehouse.duckdb"):
        pass
    return patient


def test_a_home_that_others_can_read_is_a_warning(stores: Patient) -> None:
    """Customers' records are in it: the next step closes it."""
    stores.home.chmod(0o755)
    (wrong,) = stores.wrong(answer := stores.doctor("--json"))
    assert answer.exit_code == 0
    assert wrong["todo"] == f"chmod 700 {stores.home}"


def test_a_key_in_a_file_that_others_can_read_is_a_warning(patient: Patient) -> None:
    """The key itself is not shown; a file for its owner alone may hold one."""
    patient.write('token = "sandbox-token"\n')
    patient.file.chmod(0o644)
    (wrong,) = patient.wrong(answer := patient.program("doctor", "--json"))
    assert wrong["found"].startswith("sources.crm.token: ")
    assert "sandbox-token" not in answer.out
    second = f'[sources.crm_eu]\nconnector = "hubspot"\nbase_url = "{patient.base_url}"\n'
    patient.write(f'token = "sandbox-token"\n{second}token = "sandbox-token"\n')
    warned = patient.wrong(patient.program("doctor", "--json"))
    (found,) = [each["found"] for each in warned if each["what"] == "keys"]
    assert found.startswith("sources.crm.token, sources.crm_eu.token: ")
    patient.write('token = "sandbox-token"\n')
    patient.file.chmod(0o600)
    assert patient.wrong(patient.program("doctor", "--json")) == []


@pytest.mark.parametrize("store", ["ledger.sqlite", "warehouse.duckdb"])
def test_a_damaged_store_fails_and_the_rest_is_looked_at(stores: Patient, store: str) -> None:
    """The file is named with what to do; that is no matter of settings."""
    (stores.home / store).write_bytes(b"no database at all" * 1_000)
    (wrong,) = stores.wrong(answer := stores.doctor("--json"))
    assert answer.exit_code == 1
    assert store in wrong["found"]
    assert wrong["todo"]


def test_a_store_that_is_in_use_is_a_warning(stores: Patient) -> None:
    """Another kpiloop at work is no illness."""
    with Warehouse.open(stores.home / "warehouse.duckdb"):
        (wrong,) = stores.wrong(answer := stores.doctor("--json"))
    assert answer.exit_code == 0
    assert (wrong["what"], wrong["status"]) == ("warehouse", "warning")


def test_a_broken_plugin_fails_and_the_rest_is_looked_at(
    patient: Patient, workshop: Workshop
) -> None:
    """It is named with its next step, as `kpiloop plugins` tells it."""
    workshop.make("import sys; sys.exit('gone')", name="bad")
    (wrong,) = patient.wrong(answer := patient.doctor("--json"))
    assert answer.exit_code == 1
    assert wrong["what"] == "bad (kpiloop_bad)"


def test_a_narrow_terminal_shows_every_word(patient: Patient) -> None:
    """Long findings are folded beside their status, not cut off."""
    out = patient.program("doctor", COLUMNS="40", KPILOOP_CRM_TOKEN="sandbox-token").out
    assert max(map(len, out.splitlines())) <= 40
    assert "…" not in out
    assert "(crm.objects.companies.write)" in "".join(out.split())
