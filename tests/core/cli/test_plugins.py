"""`kpiloop plugins`: every plugin, and what is wrong with a broken one."""

import re
from pathlib import Path
from textwrap import dedent

from support.plugin_workshop import Workshop
from support.program import Program

VERSIONS = Path(__file__).parents[3] / "docs" / "contract_versions.md"
ACME = """
    from kpiloop import Connector, Settings, hookimpl

    class Acme(Connector[Settings]):
        name = "acme"
        settings_type = Settings

    @hookimpl
    def kpiloop_connectors():
        return [Acme]
"""


def test_plugins_are_listed_with_what_they_bring(program: Program, workshop: Workshop) -> None:
    """A stranger's plugin stands beside the bundled ones, with its distribution."""
    workshop.make(ACME)
    answer = program("plugins")
    assert answer.exit_code == 0
    (line,) = [line for line in answer.out.splitlines() if line.startswith("acme")]
    assert line.split() == ["acme", "working", "connector", "acme", "kpiloop-acme", "1.2.3"]


def test_a_broken_plugin_is_named_with_what_to_do(program: Program, workshop: Workshop) -> None:
    """The problem and the next step are shown, the others work, and the run is not green."""
    workshop.make(ACME)
    workshop.make("import sys; sys.exit('gone')", name="bad")
    answer = program("plugins")
    assert answer.exit_code == 1
    assert "bad (kpiloop_bad): importing it raised SystemExit: gone" in answer.out
    assert "Next: Update kpiloop-bad, tell its author, or uninstall it." in answer.out
    assert "connector acme" in answer.out
    assert "Traceback" not in answer.err


def test_what_goes_away_is_told_and_costs_nothing(program: Program, workshop: Workshop) -> None:
    """A plugin that uses an old word works; the words are those of docs/contract_versions.md."""
    (told,) = re.findall(r"```text\n(.*?)```", VERSIONS.read_text(encoding="utf-8"), re.DOTALL)
    warning = told.splitlines()[1].removeprefix("- ")
    raised = "import warnings\nfrom kpiloop import ContractWarning\n"
    workshop.make(f"{raised}warnings.warn({warning!r}, ContractWarning)\n{dedent(ACME)}")
    with next(workshop.folder.glob("*.dist-info/METADATA")).open("a", encoding="utf-8") as file:
        file.write("Requires-Dist: kpiloop>=0.1,<1\n")
    answer = program("plugins")
    assert answer.exit_code == 0
    assert told in answer.out


def test_programs_read_the_same_as_people(program: Program, workshop: Workshop) -> None:
    """With --json each plugin is an object with its status, problem and next step."""
    workshop.make("import sys; sys.exit('gone')", name="bad")
    answer = program("plugins", "--json")
    reports = {each["name"]: each for each in answer.json}
    assert answer.exit_code == 1
    assert reports["bad"]["status"] == "broken"
    assert reports["bad"]["problem"].startswith("importing it raised SystemExit: gone")
    assert reports["marketing"]["status"] == "working"


def test_no_plugin_breaks_the_help(program: Program, workshop: Workshop) -> None:
    """However broken a plugin is, `--help` works."""
    workshop.make("raise SystemExit('kpiloop_commands')", name="bad")
    answer = program("--help")
    assert (answer.exit_code, answer.err) == (0, "")
