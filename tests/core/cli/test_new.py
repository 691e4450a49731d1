"""`kpiloop new`: what it makes, what it refuses, and what it says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.cli.scaffold.naming import Naming
from kpiloop.cli.scaffold.rendering import rendered
from kpiloop.errors import ConfigError
from support.plugin_workshop import Workshop
from support.program import Program

KINDS = ("connector", "pack")
TEMPLATE_NAMES = ("acme", "Acme", "ACME")


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    found = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in found}


def test_a_connector_is_made_and_what_comes_next_is_said(program: Program) -> None:
    """The folder holds a whole package, and three lines lead to green tests."""
    answer = program("new", "connector", "big-crm")
    assert answer.exit_code == 0, answer.err
    assert {"pyproject.toml", "kpiloop_big_crm/reads.py", "tests/small_big_crm.py"} <= {
        *everything(program.folder / "kpiloop-big-crm")
    }
    lines = [line.strip() for line in answer.out.splitlines() if line.startswith("  ")]
    assert lines[:2] == ["cd kpiloop-big-crm", "pip install --editable '.[dev]'"]
    assert lines[2].startswith("pytest ")
    assert lines[2].endswith("grep -rn TODO kpiloop_big_crm tests")
    assert len(lines) == 3


def test_a_package_is_made_where_one_says(program: Program) -> None:
    """--into names the folder that gets the package, and --json tells where it is."""
    answer = program("new", "pack", "acme", "--into", "some/where", "--json")
    folder = program.folder / "some" / "where" / "kpiloop-acme"
    assert answer.json == {"folder": str(folder), "files": sorted(everything(folder))}


def test_nothing_is_written_over(program: Program) -> None:
    """A folder of the name, even an empty one, is left as it is."""
    folder = program.folder / "kpiloop-acme"
    folder.mkdir()
    answer = program("new", "connector", "acme")
    assert answer.exit_code == 2
    assert "there is something of this name already" in answer.err
    assert "--into" in answer.err
    assert everything(folder) == {}


def test_a_folder_that_cannot_be_made_is_told(program: Program) -> None:
    """A file where a folder should be is named, with what to do."""
    (program.folder / "file").write_text("", encoding="utf-8")
    answer = program("new", "pack", "acme", "--into", "file")
    assert answer.exit_code == 2
    assert "cannot be written" in answer.err


@pytest.mark.parametrize("name", ["hubspot", "marketing", "acme"])
def test_a_name_that_is_taken_is_refused(program: Program, workshop: Workshop, name: str) -> None:
    """Neither a bundled plugin nor an installed one is made a second time."""
    workshop.make("")
    answer = program("new", "connector", name)
    assert answer.exit_code == 2
    assert f"'{name}' is there already: kpiloop" in answer.err
    assert everything(program.folder) == {}


@pytest.mark.parametrize(
    "name",
    ["", "Acme", "big crm", "1crm", "crm-", "big--crm", "über", "a.b", "../up", "a" * 21],
)
def test_a_name_that_is_not_legal_is_refused(name: str) -> None:
    """A name that pip, Python or a folder cannot have is told with what is legal."""
    with pytest.raises(ConfigError, match="cannot be the name of a package") as caught:
        Naming.of(name)
    assert "small letters and digits" in caught.value.legal


@pytest.mark.parametrize("name", ["kpiloop-acme", "kpiloop_acme"])
def test_the_common_beginning_is_not_given_twice(name: str) -> None:
    """Whoever types the whole name of the package is told to leave its beginning out."""
    with pytest.raises(ConfigError, match="begins with kpiloop-"):
        Naming.of(name)


@given(name=st.from_regex(r"[a-z][a-z0-9]{0,5}([-_][a-z0-9]{1,5}){0,2}", fullmatch=True))
def test_every_legal_name_gives_names_that_python_takes(name: str) -> None:
    """Whatever the name, modules, classes and variables made from it are identifiers."""
    naming = Naming.of(name)
    words = (naming.package, f"{naming.title}Settings", f"KPILOOP_{naming.constant}")
    assert all(word.isidentifier() for word in words)


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_of_the_template_is_left(kind: str) -> None:
    """A package for one vendor never speaks of the templates' own."""
    texts = rendered(kind, Naming.of("big-crm"))
    assert [
        path for path, text in texts.items() if any(word in path + text for word in TEMPLATE_NAMES)
    ] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_marks_are_numbered_without_a_gap(kind: str) -> None:
    """An author who follows the marks knows which comes next and which is the last."""
    text = "\n".join(rendered(kind, Naming.of("acme")).values())
    marks = sorted(
        int(line.partition("TODO ")[2].partition(":")[0])
        for line in text.splitlines()
        if line.lstrip().startswith("# TODO ")
    )
    assert marks == list(range(1, len(marks) + 1))
    assert len(marks) >= 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_may_hold_the_templates_own(kind: str) -> None:
    """What is called after Acme is replaced once, not once more within the new name."""
    made = rendered(kind, Naming.of("acme-two"))
    assert 'name = "kpiloop-acme-two"' in made["pyproject.toml"]
    assert "two-two" not in "".join(made.values()).replace("_", "-")
