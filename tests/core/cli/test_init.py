"""`kpiloop init`: a file to begin with, and what comes next."""

import os
import pty
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr

from kpiloop import Source
from kpiloop.engine.cycle.definitions import catalog_of, targets_of
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import load_project
from kpiloop.project.people import People
from kpiloop.project.project import Project
from kpiloop.warehouse.store import Warehouse
from kpiloop_hubspot.checks import rights
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from kpiloop_salesforce.reads import Salesforce
from support.plugin_workshop import Workshop
from support.program import START, Program

ANSWERS = ("--source", "hubspot", "--timezone", "Europe/Vienna", "--currency", "CHF")
EXAMPLE = re.compile(r'^# (?=\[|[A-Za-z_]+ = |"[^"]+" = )', re.MULTILINE)
"""What stands before a line that is legal without it."""


CONNECTORS = ("hubspot", "mailchimp", "salesforce", "files")
LEDGER = """\
Month;Department;Kind;Amount
01.2026;marketing;software;1.234,50
"""
NEEDY = """
    from pydantic import Field, SecretStr
    from kpiloop import Connector, Settings, hookimpl

    class NeedySettings(Settings):
        desk: str
        token: SecretStr | None = Field(None, description="Ask Ann.")

    class Needy(Connector[NeedySettings]):
        name = "needy"
        settings_type = NeedySettings
        example = ""

    @hookimpl
    def kpiloop_connectors():
        return [Needy]
"""


def sources(*names: str) -> list[str]:
    """The options that name systems."""
    return [word for each in names for word in ("--source", each)]


def loaded(file: Path) -> Project:
    """The project of a file, with all that it defines checked."""
    host = PluginHost.load()
    project = load_project(file, host=host, environment={})
    catalog_of(project, host)
    return project


def test_what_is_written_loads(program: Program) -> None:
    """The file is a project with the answers in it, which publishes nothing yet."""
    answer = program("init", "acme", *ANSWERS)
    project = loaded(program.folder / "acme" / "kpiloop.toml")
    assert answer.exit_code == 0
    assert (project.timezone.key, project.currency) == ("Europe/Vienna", "CHF")
    assert project.connector_of("hubspot") == "hubspot"
    assert project.publish == ()


def test_every_example_in_it_is_legal(program: Program) -> None:
    """Whoever takes the comment signs of all examples away has a project that loads."""
    program("init", *ANSWERS)
    file = program.folder / "kpiloop.toml"
    commented = file.read_text(encoding="utf-8")
    file.write_text(EXAMPLE.sub("", commented), encoding="utf-8")
    project = loaded(file)
    assert [each.field_name for each in project.publish] == [
        "kpiloop_revenue",
        "kpiloop_win_rate_band",
        "kpiloop_deal_cycle_days",
        "kpiloop_days_lead_to_mql",
    ]
    assert project.stages["hubspot"] == dict(Hubspot.default_stages)
    assert project.costs
    assert project.rates
    assert project.exclude.emails
    assert project.targets


def test_a_goal_becomes_a_target(program: Program) -> None:
    """What a KPI should reach in a month stands in the file as such."""
    program("init", *ANSWERS, "--goal", "new_leads=400", "--goal", "win_rate=0.45")
    project = loaded(program.folder / "kpiloop.toml")
    targets = targets_of(project, catalog_of(project, PluginHost.load()))
    assert {(each.kpi, float(each.value)) for each in targets} == {
        ("new_leads", 400.0),
        ("win_rate", 0.45),
    }


def test_a_goal_proposes_a_tree_and_kpis_of_the_departments(program: Program) -> None:
    """What the goal consists of stands in the file; what others own is left out."""
    options = ("--goal", "revenue", "--departments", "marketing,inside-sales")
    answer = program("init", *ANSWERS, *options, "--json")
    text = (program.folder / "kpiloop.toml").read_text(encoding="utf-8")
    project = loaded(program.folder / "kpiloop.toml")
    assert project.trees["revenue"]["consists"]["revenue"] == "won_deals * average_deal_value"
    assert answer.json["kpis"] == [
        "new_leads",
        "mqls",
        "marketing_meetings",
        "appointment_rate",
        "sqls",
    ]
    assert "# What inside sales can move" in text
    assert "# [targets.appointment_rate]\n# month = 0.25" in text
    assert project.targets == {}


def test_what_a_goal_proposes_is_legal_without_its_comment_signs(program: Program) -> None:
    """Each KPI that leads to it has a target that loads, and the goal the one that was given."""
    program("init", *ANSWERS, "--goal", "new_customers=20")
    file = program.folder / "kpiloop.toml"
    file.write_text(EXAMPLE.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    targets = loaded(file).targets
    assert targets["new_customers"] == {"month": 20}
    assert {"new_leads", "win_rate", "cac"} <= targets.keys()


def test_several_systems_are_read_side_by_side(program: Program) -> None:
    """Each has its section and its keys' hints, and what they hold of the same is spoken of."""
    answer = program("init", "--yes", *sources(*CONNECTORS))
    project = loaded(program.folder / "kpiloop.toml")
    assert answer.exit_code == 0
    assert list(project.sources) == list(CONNECTORS)
    for variable in ("HUBSPOT_TOKEN", "MAILCHIMP_API_KEY", "SALESFORCE_CLIENT_SECRET"):
        assert f"export KPILOOP_{variable}=" in answer.out
    assert "[sources.salesforce] needs yours: base_url, client_id" in answer.out
    assert "[sources.files] needs yours: folder, tables" in answer.out


def test_all_examples_of_all_systems_are_legal_together(program: Program) -> None:
    """With every comment sign taken away, rules over all systems included."""
    program("init", "--yes", *sources(*CONNECTORS))
    file = program.folder / "kpiloop.toml"
    file.write_text(EXAMPLE.sub("", file.read_text(encoding="utf-8")), encoding="utf-8")
    project = loaded(file)
    assert project.records.deals == ("hubspot",)
    assert project.people == People()
    assert project.stages["salesforce"] == dict(Salesforce.default_stages)
    assert set(project.sources["files"].settings) == {"folder", "tables", "logs"}
    assert [name for name, each in project.sources.items() if each.fields] == [
        "hubspot",
        "mailchimp",
        "salesforce",
    ]


def test_systems_of_record_are_spoken_of_where_two_may_hold_deals(program: Program) -> None:
    """Mailchimp has none: beside HubSpot there is nothing to choose."""
    program("init", "one", "--yes", *sources("hubspot", "mailchimp"))
    program("init", "two", "--yes", *sources("hubspot", "salesforce"))
    one, two = (
        (program.folder / each / "kpiloop.toml").read_text(encoding="utf-8")
        for each in ("one", "two")
    )
    assert "# [people]" in one
    assert "[records]" not in one
    assert '# deals = "hubspot"  # of hubspot, salesforce' in two


def test_sources_may_be_given_in_one_option(program: Program) -> None:
    """Separated by commas, as they are where one is asked; twice the same is once."""
    answer = program("init", "--yes", "--source", "mailchimp, hubspot,mailchimp", "--json")
    assert answer.json["sources"] == ["mailchimp", "hubspot"]


def test_the_example_of_files_reads_a_ledger(program: Program) -> None:
    """A table as bookkeepers export it, with decimal commas, is pulled as the example says."""
    program("init", "--yes", "--source", "files")
    (program.folder / "files").mkdir()
    (program.folder / "files" / "costs 2026.csv").write_text(LEDGER, encoding="utf-8")
    assert program("doctor").exit_code == 0
    assert program("pull").exit_code == 0
    file = program.folder / ".kpiloop" / "warehouse.duckdb"
    with Warehouse.open(file) as warehouse, warehouse.cursor() as cursor:
        rows = cursor.execute("SELECT amount, last_day FROM pulled.costs").fetchall()
    assert rows == [(Decimal("1234.50"), date(2026, 1, 31))]


def test_what_is_proposed_needs_nothing_but_a_key(program: Program, workshop: Workshop) -> None:
    """Neither a system that comes first by its name, nor one with settings of its own."""
    workshop.make(NEEDY, name="needy", distribution="aa")
    answer = program("init", "--yes", "--json")
    assert answer.json["sources"] == ["hubspot"]


def test_what_a_system_needs_is_named_where_it_gives_no_example(
    program: Program, workshop: Workshop
) -> None:
    """Its required settings, and its key with the one line that explains it."""
    workshop.make(NEEDY, name="needy", distribution="aa")
    answer = program("init", "--yes", "--source", "needy")
    text = (program.folder / "kpiloop.toml").read_text(encoding="utf-8")
    assert '# desk = ""  # needed' in text
    assert "# Its key: KPILOOP_NEEDY_TOKEN. Ask Ann." in text
    assert "[sources.needy] needs yours: desk." in answer.out


def test_an_example_that_is_no_toml_is_its_authors_matter(
    program: Program, workshop: Workshop
) -> None:
    """The connector is named; who begins with another one is not disturbed."""
    workshop.make(NEEDY.replace('example = ""', 'example = "odd ="'), name="needy")
    answer = program("init", "--yes", "--source", "needy")
    assert answer.exit_code != 0
    assert "the example of connector 'needy' is no TOML" in answer.err
    assert program("init", "--yes").exit_code == 0


def test_it_says_what_comes_next(program: Program) -> None:
    """Where a key is made, with which scopes, where it is put, and that doctor looks at it."""
    answer = program("init", "acme", *ANSWERS)
    assert "Development > Keys > Service keys" in answer.out
    assert "export KPILOOP_HUBSPOT_TOKEN=" in answer.out
    assert answer.out.index("cd acme") < answer.out.index("kpiloop doctor")


def test_the_scopes_that_it_names_are_those_that_doctor_looks_for(program: Program) -> None:
    """Neither list may grow without the other."""
    answer = program("init", *ANSWERS)
    settings = HubspotSettings(token=SecretStr("x"))
    connector = Hubspot(settings, Source(name="crm"))
    hint = HubspotSettings.model_fields["token"].description or ""
    assert hint in answer.out
    lists = (line for line in hint.splitlines() if line.startswith("  "))
    named = {scope for line in lists for scope in line.split()}
    assert named == {right.scope for right in rights(connector.api, settings)}
    connector.close()


def test_a_file_that_is_there_is_never_touched(program: Program) -> None:
    """A second init is refused before it asks anything."""
    file = program.folder / "kpiloop.toml"
    file.write_text("mine", encoding="utf-8")
    answer = program("init", *ANSWERS, "--yes")
    assert answer.exit_code == 2
    assert "there is one already" in answer.err
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_script_is_told_which_options_are_missing(program: Program) -> None:
    """Where nobody can be asked, nothing is guessed behind anybody's back."""
    answer = program("init", "--currency", "EUR")
    assert answer.exit_code == 2
    assert "--source, --timezone" in answer.err
    assert "--currency" not in answer.err
    assert list(program.folder.iterdir()) == []


def test_yes_takes_what_is_proposed(program: Program) -> None:
    """The machine's time zone and a currency that goes with it."""
    assert program("init", "--yes", TZ="Europe/Oslo").exit_code == 0
    project = loaded(program.folder / "kpiloop.toml")
    assert (project.timezone.key, project.currency) == ("Europe/Oslo", "NOK")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("--source", "hubspott"), "did you mean 'hubspot'"),
        (("--timezone", "Europe/Berln"), "did you mean 'Europe/Berlin'"),
        (("--currency", "euro"), "three capital letters"),
        (("--goal", "new_lead=400"), "did you mean 'new_leads'"),
        (("--goal", "new_leads=many"), "such as new_leads=400"),
        (("--goal", "revenue", "--departments", "sale"), "did you mean 'sales'"),
    ],
)
def test_an_answer_that_is_not_legal_is_refused(
    program: Program, line: tuple[str, str], expected: str
) -> None:
    """The option is named with what is legal, and no file is written."""
    answer = program("init", "--yes", *line)
    assert answer.exit_code == 2
    assert line[-2] in answer.err
    assert expected in answer.err
    assert list(program.folder.iterdir()) == []


def test_programs_learn_what_was_written(program: Program) -> None:
    """With --json the file and the source are told, and nothing is asked."""
    answer = program("init", "acme", "--yes", "--json")
    assert answer.json == {
        "file": str(program.folder / "acme" / "kpiloop.toml"),
        "sources": ["hubspot"],
    }


def test_a_person_is_asked_until_the_answer_is_legal(program: Program) -> None:
    """Enter takes the proposal; what is not legal is explained and asked again."""
    ours, theirs = pty.openpty()
    os.write(ours, b"\nEurope/Berln\nEurope/Berlin\n\nnew_leads=400\nmarketing\n")
    done = subprocess.run(
        [sys.executable, "-c", START, "init"],
        cwd=program.folder,
        env={**os.environ, **program.environment},
        stdin=theirs,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    os.close(ours)
    os.close(theirs)
    project = loaded(program.folder / "kpiloop.toml")
    assert "did you mean 'Europe/Berlin'" in done.stdout
    assert (project.timezone.key, project.currency) == ("Europe/Berlin", "EUR")
    assert project.targets == {"new_leads": {"month": 400}}


def test_a_folder_that_cannot_be_made_is_said_so(program: Program) -> None:
    """A file where the folder should be is a matter of settings, not a traceback."""
    (program.folder / "acme").write_text("a file", encoding="utf-8")
    answer = program("init", "acme", *ANSWERS)
    assert answer.exit_code == 2
    assert "cannot be written" in answer.err


def test_a_terminal_that_lacks_signs_is_served_all_the_same(program: Program) -> None:
    """An old terminal shows a question mark; programs get every name, escaped."""
    folder = "L\N{LATIN SMALL LETTER O WITH DIAERESIS}we"
    answer = program("init", folder, *ANSWERS, PYTHONIOENCODING="ascii")
    second = program("init", f"{folder}2", *ANSWERS, "--json", PYTHONIOENCODING="ascii")
    assert answer.exit_code == 0
    assert "Wrote L?we" in answer.out
    assert second.json["file"].endswith(f"{folder}2/kpiloop.toml")
