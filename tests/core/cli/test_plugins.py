"""`kpiloop plugins`: every plugin, and what is wrong with a broken one."""

from textwrap import dedent

from support.plugin_workshop import Workshop
from support.program import Program

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
    """A plugin that uses an old word works; the exit code is 0, and the next step is named."""
    warning = "import warnings\nfrom kpiloop import ContractWarning\n"
    warning += 'warnings.warn("x goes away in kpiloop 0.3: use y", ContractWarning)\n'
    workshop.make(warning + dedent(ACME))
    answer = program("plugins")
    assert answer.exit_code == 0
    assert "acme (kpiloop_acme, written for kpiloop ?) works, but uses" in answer.out
    assert "- x goes away in kpiloop 0.3: use y" in answer.out
    assert "Next: Update kpiloop-acme before kpiloop, or tell its author." in answer.out


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
