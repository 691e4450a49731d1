"""docs/writing_plugins.md leads through what `kpiloop new` makes, and shows every hook."""

import re
from pathlib import Path

import pytest

from docs.pages import PROJECT, Block, blocks
from kpiloop import hookspecs
from kpiloop.cli.scaffold.naming import Naming
from kpiloop.cli.scaffold.rendering import rendered
from kpiloop.plugin_host.asking import HOOKS

PATH = PROJECT / "docs" / "writing_plugins.md"
PAGE = PATH.read_text(encoding="utf-8")
PATH_OF_PIECES = Path(__file__).with_name("pieces.py")
STRANGER = PROJECT / "tests" / "third_party" / "kpiloop_acme"
ADDED = "tests/test_recorded.py"
"""A file that readers add themselves; it is run where the new package is."""
PIECES = [each for each in blocks(PATH) if each.file and each.file != ADDED]


def files() -> dict[str, str]:
    """The files of the new package, of the stranger's, and of the pieces, by their paths."""
    stranger = {
        path.relative_to(STRANGER).as_posix(): path.read_text(encoding="utf-8")
        for path in STRANGER.rglob("*.py")
    }
    others = {"pieces.py": PATH_OF_PIECES.read_text(encoding="utf-8")}
    return {**stranger, **others, **rendered("connector", Naming.of("acme"))}


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.file)
def test_every_piece_of_code_stands_in_its_file(piece: Block) -> None:
    """What the page shows is a part of a package that is made, installed and tested."""
    assert piece.text in files()[piece.file]


def test_the_page_shows_every_file_that_an_author_changes() -> None:
    """No file that has a mark is left out, and there are pieces at all."""
    marked = {
        name for name, text in rendered("connector", Naming.of("acme")).items() if "# TODO " in text
    }
    assert len(PIECES) >= 8
    assert [
        name for name in marked if f"`{Path(name).name}`" not in PAGE and name not in PAGE
    ] == []


def test_the_page_goes_through_the_marks_in_their_order() -> None:
    """Its headings name each mark once, from the first to the last."""
    text = "\n".join(rendered("connector", Naming.of("acme")).values())
    marks = sorted(int(each) for each in re.findall(r"# TODO (\d+):", text))
    told = [
        int(number)
        for heading in re.findall(r"^## .*\(TODO (.*)\)$", PAGE, flags=re.MULTILINE)
        for number in re.findall(r"\d+", heading)
    ]
    assert told == marks


def test_the_steps_are_numbered_without_a_gap() -> None:
    """Whoever follows the page never wonders whether a step is missing."""
    steps = [int(each) for each in re.findall(r"^## (\d+)\. ", PAGE, flags=re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))


def test_every_hook_is_told_in_its_own_words() -> None:
    """The table of hooks is the page of hooks."""
    rows = re.findall(r"^\| `(kpiloop_\w+)` \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert rows == [(name, (getattr(hookspecs, name).__doc__ or "").strip()) for name in HOOKS]
