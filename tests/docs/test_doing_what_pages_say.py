"""Somebody who does what a page says sees what it promises."""

from pathlib import Path

import pytest

from docs.conftest import BEGINNING, Begin
from docs.pages import PROJECT, blocks, name_of
from docs.reader import Line, Reader
from support.program import Answer

HOWTO = tuple(sorted((PROJECT / "docs" / "howto").glob("*.md")))
SOURCE = "[sources.hubspot]\n"


@pytest.mark.parametrize("page", [PROJECT / "docs" / "tutorial.md"], ids=name_of)
def test_the_tutorial_can_be_followed_from_its_first_line_to_its_last(
    page: Path, reader: Reader
) -> None:
    """Every command ends well and shows what stands below it."""
    reader.follow(blocks(page))
    assert reader.folder.name == "acme"


def test_the_readme_can_be_followed(reader: Reader) -> None:
    """The demo can be kept and looked around in, a project begun, and the KPI added."""
    told = [each for each in blocks(PROJECT / "README.md") if each.language == "console"]
    looking, beginning = told[2], told[3]
    reader.follow(iter([looking]))
    reader.follow(each for each in blocks(PROJECT / "README.md") if each.language == "toml")
    assert reader.run(["run", "--no-pull", "--no-write"]).exit_code == 0
    assert reader.run(["show", "german_share"]).exit_code == 0
    assert "init" in beginning.text


@pytest.mark.parametrize("page", HOWTO, ids=name_of)
def test_a_how_to_can_be_followed(page: Path, begin: Begin) -> None:
    """What a how-to adds to kpiloop.toml is legal, and what it says to type ends well."""
    told = list(blocks(page))
    names_source = any(SOURCE in each.text for each in told if each.language == "toml")
    reader = begin(BEGINNING.replace(SOURCE, "") if names_source else BEGINNING)
    reader.follow(iter(told))
    assert reader.run(["explain", "new_leads", "--no-sql"]).exit_code == 0


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [
        (Answer(exit_code=0, out="KPI  value\ncac  12 EUR\n", err=""), True),
        (Answer(exit_code=0, out="KPI  value\n", err=""), False),
        (Answer(exit_code=1, out="cac  12 EUR\n", err=""), False),
    ],
    ids=["kept", "not shown", "not green"],
)
def test_a_promise_that_is_not_kept_is_found(
    reader: Reader,
    answer: Answer,
    is_kept: bool,  # noqa: FBT001 - a column
) -> None:
    """A page that shows what the program does not, or a line that fails, fails its test."""
    line = Line("kpiloop show", ["cac  99 EUR"])
    if is_kept:
        reader.look(line, answer)
        return
    with pytest.raises(AssertionError):
        reader.look(line, answer)
