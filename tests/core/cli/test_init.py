"""`kpiloop init`: a file to begin with, and what comes next."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from kpiloop import Source
from kpiloop.engine.cycle.definitions import catalog_of, targets_of
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import load_project
from kpiloop.project.project import Project
from kpiloop_hubspot.checks import rights
from kpiloop_hubspot.reads import Hubspot
from kpiloop_hubspot.settings import HubspotSettings
from support.program import START, Program

ANSWERS = ("--source", "hubspot", "--timezone", "Europe/Vienna", "--currency", "CHF")
EXAMPLE = re.compile(r"^# (?=\[|[A-Za-z_]+ = )", re.MULTILINE)
"""What stands before a line that is legal without it."""


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
    named = set(re.findall(r"\b(?:crm|marketing)\.[a-z.]+", answer.out))
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
    ],
)
def test_an_answer_that_is_not_legal_is_refused(
    program: Program, line: tuple[str, str], expected: str
) -> None:
    """The option is named with what is legal, and no file is written."""
    answer = program("init", "--yes", *line)
    assert answer.exit_code == 2
    assert line[0] in answer.err
    assert expected in answer.err
    assert list(program.folder.iterdir()) == []


def test_programs_learn_what_was_written(program: Program) -> None:
    """With --json the file and the source are told, and nothing is asked."""
    answer = program("init", "acme", "--yes", "--json")
    assert answer.json == {
        "file": str(program.folder / "acme" / "kpiloop.toml"),
        "source": "hubspot",
    }


def test_a_person_is_asked_until_the_answer_is_legal(program: Program) -> None:
    """Enter takes the proposal; what is not legal is explained and asked again."""
    ours, theirs = pty.openpty()
    os.write(ours, b"\nEurope/Berln\nEurope/Berlin\n\nnew_leads=400\n")
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
