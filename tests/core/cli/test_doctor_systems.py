"""`kpiloop doctor` at each of the systems: what is found out there, and what to do about it."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kpiloop.cli.checkup.finding import Finding, exit_code_of
from kpiloop.cli.checkup.records import check_records
from kpiloop.cli.checkup.source import check_source
from kpiloop.clock import ManualClock
from kpiloop.connector.base import Check, CheckStatus
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import read_project
from kpiloop.project.project import Project
from kpiloop.testing import FaultServer, Received, Reply, answer
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store as HubspotStore
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store as MailchimpStore
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store as SalesforceStore
from kpiloop_sandbox.serving.server import SandboxServer
from kpiloop_sandbox.vendors import HUBSPOT, MAILCHIMP, SALESFORCE
from support.mailchimp import problem
from support.plugin_workshop import Workshop

VENDORS = ("hubspot", "mailchimp", "salesforce")
KEYS: Mapping[str, Mapping[str, str]] = {
    each.name: each.keys for each in (HUBSPOT, MAILCHIMP, SALESFORCE)
}
SECRET = {"hubspot": "token", "mailchimp": "api_key", "salesforce": "client_secret"}
NOWHERE = "http://127.0.0.1:9"
TABLE = """
[[sources.crm.tables]]
file = "costs.csv"
entity = "{entity}"
columns = {{ amount = "Betrag" }}
"""


ODD = """
    from kpiloop import Connector, Deal, Id, Settings, hookimpl, reads

    class OddDeal(Deal):
        id: Id

    class Odd(Connector[Settings]):
        name = "odd"
        settings_type = Settings

        @reads(OddDeal)
        def deals(self, read):
            yield from ()

        def all_streams(self):
            raise RuntimeError("odd")

    @hookimpl
    def kpiloop_connectors():
        return [Odd]
"""
ACCOUNT = answer({"account_name": "Acme", "account_timezone": "Europe/Berlin", "role": "author"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Where a project is looked at, a source at a time."""

    folder: Path
    host: PluginHost

    def project(self, *sources: str, more: str = "") -> Project:
        """A project of these sources."""
        text = f'[project]\ntimezone = "Europe/Berlin"\ncurrency = "EUR"\n{"".join(sources)}{more}'
        path = self.folder / "kpiloop.toml"
        return read_project(text, path=path, host=self.host, environment={})

    def look(self, source: str) -> list[Finding]:
        """What is found out about the source `crm`."""
        clock = ManualClock(datetime.now(UTC))
        return check_source(self.project(source), "crm", self.host, clock)

    def records(self, *sources: str, more: str = "") -> list[Check]:
        """What is found out about what several sources hold."""
        project = self.project(*sources, more=more)
        return [each.check for each in check_records(project, self.host)]


@pytest.fixture(scope="module")
def host() -> PluginHost:
    """All that is installed."""
    return PluginHost.load()


@pytest.fixture
def practice(tmp_path: Path, host: PluginHost) -> Practice:
    """An empty folder."""
    return Practice(folder=tmp_path, host=host)


@pytest.fixture
def sandboxes() -> Generator[Mapping[str, SandboxServer]]:
    """An account without records at each vendor."""
    with ExitStack() as stack:
        yield {
            "hubspot": stack.enter_context(
                HubspotSandbox(stack.enter_context(HubspotStore(":memory:")))
            ),
            "mailchimp": stack.enter_context(
                MailchimpSandbox(stack.enter_context(MailchimpStore(":memory:")))
            ),
            "salesforce": stack.enter_context(
                SalesforceSandbox(stack.enter_context(SalesforceStore(":memory:")))
            ),
        }


def section(connector: str, *, name: str = "crm", **settings: str) -> str:
    """A source in kpiloop.toml."""
    lines = "".join(f'{key} = "{text}"\n' for key, text in settings.items())
    return f'[sources.{name}]\nconnector = "{connector}"\n{lines}'


def wrong(findings: list[Finding]) -> list[Check]:
    """What is not well."""
    return [each.check for each in findings if each.check.status is not CheckStatus.OK]


def without(part: str) -> Callable[[Received], Reply]:
    """A Mailchimp account in which one part may not be seen."""
    refusal = problem(403, "Your user role may not do this")
    return lambda request: refusal if request.path.endswith(part) else ACCOUNT


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_account_with_nothing_wrong_is_told_so(
    practice: Practice, sandboxes: Mapping[str, SandboxServer], vendor: str
) -> None:
    """The account, each right, its time zone and its clock are looked at."""
    base_url = sandboxes[vendor].base_url
    findings = practice.look(section(vendor, base_url=base_url, **KEYS[vendor]))
    assert wrong(findings) == []
    assert {"time zone", "currency", "clock"} < {each.check.what for each in findings}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_wrong_key_is_told_with_the_place_where_a_right_one_is_made(
    practice: Practice, sandboxes: Mapping[str, SandboxServer], vendor: str
) -> None:
    """A person has to correct it, and it is not shown."""
    settings = {**KEYS[vendor], SECRET[vendor]: "quite-wrong-us6"}
    findings = practice.look(section(vendor, base_url=sandboxes[vendor].base_url, **settings))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == 2
    assert any(place in found.todo for place in ("Keys", "API keys", "External Client App"))
    assert "quite-wrong" not in repr(findings)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_missing_key_is_told_with_its_variable_and_where_it_is_made(
    practice: Practice, vendor: str
) -> None:
    """Nobody is asked for anything without one."""
    settings = {name: text for name, text in KEYS[vendor].items() if name != SECRET[vendor]}
    findings = practice.look(section(vendor, base_url=NOWHERE, **settings))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == 2
    assert f"KPILOOP_CRM_{SECRET[vendor].upper()}" in found.todo
    assert any(place in found.todo for place in ("Keys", "API keys", "External Client App"))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_system_that_nobody_reaches_is_no_matter_of_settings(
    practice: Practice, vendor: str
) -> None:
    """Another try may do: exit code 1."""
    findings = practice.look(section(vendor, base_url=NOWHERE, **KEYS[vendor]))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == 1
    assert "the connection was refused" in found.found


def test_a_key_without_its_data_center_is_told(practice: Practice) -> None:
    """Mailchimp's keys end with it: one that was cut off leads nowhere."""
    findings = practice.look(section("mailchimp", api_key="cut-off-"))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == 2
    assert "data center" in found.found
    assert 'data_center = "us6"' in found.todo


@pytest.mark.parametrize(
    ("part", "what", "exit_code"),
    [("/reports", "reading reports", 2), ("/ecommerce/stores", "reading orders and products", 0)],
)
def test_what_the_user_of_a_mailchimp_key_may_not_see_is_named(
    practice: Practice, part: str, what: str, exit_code: int
) -> None:
    """Without reports there is nothing to count; a pull goes on without orders."""
    with FaultServer(without(part)) as server:
        findings = practice.look(
            section("mailchimp", base_url=server.base_url, **KEYS["mailchimp"])
        )
    (found,) = wrong(findings)
    assert (found.what, exit_code_of(findings)) == (what, exit_code)
    assert "manager or administrator" in found.todo


def test_a_version_that_the_org_does_not_speak_is_told_with_one_that_it_does(
    practice: Practice, sandboxes: Mapping[str, SandboxServer]
) -> None:
    """Versions of Salesforce's API retire, and not every org has the newest."""
    base_url = sandboxes["salesforce"].base_url
    keys = KEYS["salesforce"]
    findings = practice.look(section("salesforce", base_url=base_url, version="12.0", **keys))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == 2
    assert found.found == "the org does not speak 12.0"
    assert found.todo.startswith('set version = "')


@pytest.mark.parametrize(("sobject", "exit_code"), [("Lead", 2), ("Order", 0)])
def test_what_the_user_of_a_salesforce_app_may_not_see_is_named(
    practice: Practice, sandboxes: Mapping[str, SandboxServer], sobject: str, exit_code: int
) -> None:
    """Without leads there is nothing to count; a pull goes on without orders."""
    sandbox = sandboxes["salesforce"]
    assert isinstance(sandbox, SalesforceSandbox)
    known = sandbox.org.objects
    sandbox.org.objects = {name: each for name, each in known.items() if name != sobject.lower()}
    keys = KEYS["salesforce"]
    findings = practice.look(section("salesforce", base_url=sandbox.base_url, **keys))
    (found,) = wrong(findings)
    assert exit_code_of(findings) == exit_code
    assert f"read access to {sobject}" in found.todo


def test_the_time_zone_of_an_org_is_compared_with_the_projects(
    practice: Practice, sandboxes: Mapping[str, SandboxServer]
) -> None:
    """Its own reports begin their months at another hour."""
    sandbox = sandboxes["salesforce"]
    assert isinstance(sandbox, SalesforceSandbox)
    organization = {"Id": record_id("00D", 1), "TimeZoneSidKey": "America/New_York"}
    sandbox.org.store.load("Organization", [organization])
    keys = KEYS["salesforce"]
    (found,) = wrong(practice.look(section("salesforce", base_url=sandbox.base_url, **keys)))
    assert found.what == "time zone"
    assert "America/New_York" in found.found


def test_an_account_that_tells_no_currency_is_said_to(
    practice: Practice, sandboxes: Mapping[str, SandboxServer]
) -> None:
    """Mailchimp's currencies are those of its stores: there is nothing to compare."""
    base_url = sandboxes["mailchimp"].base_url
    findings = practice.look(section("mailchimp", base_url=base_url, **KEYS["mailchimp"]))
    (found,) = [each.check.found for each in findings if each.check.what == "currency"]
    assert found == "the account tells none, [project] has EUR"


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("", "", "there is no folder"),
        ("other.csv", "Betrag\n12.5\n", "'costs.csv' matches no file"),
        ("costs.csv", "Summe\n12.5\n", "Betrag"),
        ("costs.csv", "Betrag\n12.5\n", ""),
    ],
    ids=["no folder", "no file", "no such heading", "well"],
)
def test_files_that_are_missing_or_lack_a_heading_are_named(
    practice: Practice, file: str, content: str, expected: str
) -> None:
    """A person has to put them there, or to correct the table."""
    if file:
        (practice.folder / "books").mkdir()
        (practice.folder / "books" / file).write_text(content, encoding="utf-8")
    source = section("files", folder="books") + TABLE.format(entity="costs")
    findings = practice.look(source)
    assert exit_code_of(findings) == (2 if expected else 0)
    for found in wrong(findings):
        assert expected in found.found
        assert "correct" in found.todo


@pytest.mark.parametrize(
    ("mapped", "status", "expected"),
    [
        ('[sources.crm.fields.contacts]\nsegment = "Tier__c"\n', CheckStatus.OK, "leads"),
        ('[sources.crm.fields.leads]\nsegment = "Tier__c"\n', None, ""),
    ],
    ids=["an entity and a stream", "one stream"],
)
def test_what_a_name_of_mapped_fields_means_is_told(
    practice: Practice,
    sandboxes: Mapping[str, SandboxServer],
    mapped: str,
    status: CheckStatus | None,
    expected: str,
) -> None:
    """It is told which streams are meant by a name that is an entity and one of its streams."""
    base_url = sandboxes["salesforce"].base_url
    findings = practice.look(
        section("salesforce", base_url=base_url, **KEYS["salesforce"]) + mapped
    )
    about = [each.check for each in findings if "fields" in each.check.what]
    assert [each.status for each in about] == ([status] if status else [])
    assert all(expected in each.found for each in about)


def test_two_systems_with_deals_are_told_of_unless_their_records_are_settled(
    practice: Practice,
) -> None:
    """One deal in both would count twice, whether or not their keys are there yet."""
    sources = (section("hubspot"), section("salesforce", name="sales"))
    (found,) = practice.records(*sources)
    assert found.status is CheckStatus.WARNING
    assert found.found.startswith("crm and sales may hold deals")
    assert 'deals = ["crm", "sales"]' in found.todo
    assert practice.records(*sources, more='[records]\ndeals = ["crm", "sales"]\n') == []


@pytest.mark.parametrize(("entity", "warnings"), [("deals", 1), ("orders", 0)])
def test_files_hold_deals_where_a_table_says_so(
    practice: Practice, entity: str, warnings: int
) -> None:
    """What a source may hold can be a matter of its settings."""
    files = section("files", folder="books") + TABLE.format(entity=entity)
    assert len(practice.records(files, section("hubspot", name="hub"))) == warnings


def test_a_connector_that_cannot_tell_its_streams_stops_no_doctor(
    tmp_path: Path, workshop: Workshop
) -> None:
    """What its class declares is taken instead."""
    workshop.make(ODD, name="odd")
    practice = Practice(folder=tmp_path, host=workshop.host())
    (found,) = practice.records(section("odd", name="east"), section("odd", name="west"))
    assert found.found.startswith("east and west may hold deals")


def test_one_system_with_deals_needs_no_system_of_record(practice: Practice) -> None:
    """Mailchimp has none."""
    assert practice.records(section("hubspot"), section("mailchimp", name="mail")) == []
