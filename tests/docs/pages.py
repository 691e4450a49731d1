"""The pages of the documentation: their blocks of code, their links and their headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).parents[2]
PAGES = (*sorted(PROJECT.glob("*.md")), *sorted((PROJECT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, and the language that it names."""

    language: str
    text: str
    file: str = ""
    """The file whose content it is, where it names one."""


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, from the top down."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        yield Block(found[1], found[3], found[2])


def links(page: Path) -> list[str]:
    """Where the links of a page lead."""
    return _LINK.findall(_CODE.sub("", _prose(page)))


def broken_links(page: Path) -> list[str]:
    """The links to a file that is not there, or to a heading that it does not have."""
    return [link for link in links(page) if not _leads_somewhere(page, link)]


def neighbours(page: Path) -> list[Path]:
    """The pages to which a page leads."""
    parts = [urlsplit(link) for link in links(page)]
    found = [(page.parent / each.path).resolve() for each in parts if each.path and not each.scheme]
    return [each for each in found if each in PAGES]


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of a page's headings."""
    headings = _HEADING.findall(_prose(page))
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in headings}


def name_of(page: Path) -> str:
    """A page's path, as a test's report shows it."""
    return page.relative_to(PROJECT).as_posix()


def _leads_somewhere(page: Path, link: str) -> bool:
    parts = urlsplit(link)
    target = page.parent / parts.path if parts.path else page
    is_elsewhere = bool(parts.scheme)
    return is_elsewhere or (
        target.exists() and (not parts.fragment or parts.fragment in anchors(target))
    )


def _prose(page: Path) -> str:
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))
