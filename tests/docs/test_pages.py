"""The pages as they stand: links lead somewhere, generated pages are current."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import PAGES, PROJECT, blocks, broken_links, name_of, neighbours

README = PROJECT / "README.md"
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    """No link to a file that is not there, or to a heading that it does not have."""
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """Files and headings are looked for, addresses elsewhere and code are not."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading\n[1](other.md) [2](#a-heading) [3](page.md#none) [4](https://acme.example/x)\n"
        "`[5](none.md)`\n```text\n[6](none.md)\n```\n",
        encoding="utf-8",
    )
    assert broken_links(page) == ["other.md", "page.md#none"]


def test_every_page_can_be_reached_from_the_readme() -> None:
    """Nobody has to know that a page is there."""
    reached: set[Path] = set()
    waiting = [README]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += neighbours(page)
    assert [name_of(page) for page in PAGES if page not in reached] == []


def test_the_beginning_of_the_readme_says_how_to_see_it_and_how_to_test_it() -> None:
    """The first 40 lines hold the command of the demo and the command of the tests."""
    beginning = README.read_text(encoding="utf-8").splitlines()[:40]
    assert {"$ make demo", "$ make test"} <= set(beginning)


def test_what_the_pages_say_to_make_can_be_made() -> None:
    """Every `make …` of a console block is a target of the Makefile."""
    said = {
        target
        for page in PAGES
        for block in blocks(page)
        for target in re.findall(r"^(?:\$ )?make (\w+)$", block.text, re.MULTILINE)
    }
    assert {"demo", "test"} <= said
    assert [target for target in said if f"\n{target}:" not in MAKEFILE] == []


def test_the_pages_made_of_code_are_current() -> None:
    """What scripts/write_docs would write is what stands there."""
    script = PROJECT / "scripts" / "write_docs"
    done = subprocess.run(
        [sys.executable, "-B", script, "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
