"""The steps of resolving: SQL files in the order of their names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

STAGED = "staged_"
"""What the name of a table begins with that becomes a resolved one when all steps are done."""

_CHANNELS = "contact_channels"
_CHANNELS_BEFORE = "04"
"""The first step that needs to know by which channel contacts came."""

_MADE = re.compile(r"CREATE OR REPLACE TEMP TABLE (\w+)")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One file."""

    statements: str
    needs_channels: bool
    """Whether the channels of contacts have to be known from here on."""
    spent: tuple[str, ...]
    """Temporary tables that no later step names: of a million people they are worth the memory."""


def steps() -> Iterator[Step]:
    """Every step, in order."""
    folder = files("kpiloop.engine.resolve").joinpath("sql")
    scripts = sorted(folder.iterdir(), key=lambda each: each.name)
    texts = {each.name: each.read_text(encoding="utf-8") for each in scripts}
    later = [set(_WORD.findall(text)) for text in texts.values()]
    live = {_CHANNELS}
    is_known = False
    for name, text in texts.items():
        needs_channels = not is_known and name >= _CHANNELS_BEFORE
        is_known = is_known or needs_channels
        live.update(each for each in _MADE.findall(text) if not each.startswith(STAGED))
        del later[0]
        spent = live.difference(*later)
        live -= spent
        yield Step(statements=text, needs_channels=needs_channels, spent=tuple(sorted(spent)))
