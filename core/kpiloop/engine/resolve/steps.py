"""The steps of resolving: SQL files in the order of their names, those that need stages last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

STAGED = "staged_"
"""What the name of a table begins with that becomes a resolved one when all steps are done."""

_CHANNELS = "contact_channels"
_CHANNELS_BEFORE = "04"
"""The first step that needs to know by which channel contacts came."""
_JOINS = ("roots", "moved")
_JOINS_AFTER = "02_joins.sql"
"""The step that tells single joins; what follows from all of them is found next."""
_RULED = "rule_entries"
_RULES_BEFORE = "18_stages.sql"
"""The step that needs to know when people met the rules of stages."""
_AFTER_STAGES = ("08_intervals.sql", "09_customers.sql", "10_costs.sql", "11_budgets.sql")
"""What follows from the stages of people, which follow from all that happened."""
_FUNCTIONS_BEFORE = "01"
"""Files before this one hold nothing but functions."""

_MADE = re.compile(r"CREATE OR REPLACE TEMP TABLE (\w+)")
_MACRO = re.compile(r"CREATE OR REPLACE TEMP MACRO [^;]+;")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One file."""

    name: str
    statements: str
    tells_joins: bool
    """Whether what follows from its joins has to be found next."""
    needs_channels: bool
    """Whether it is the first that has to know the channels of contacts."""
    needs_rules: bool
    """Whether it has to know when people met the rules of stages."""
    spent: tuple[str, ...]
    """Temporary tables that no later step names: of a million people they are worth the memory."""


def steps() -> Iterator[Step]:
    """Every step, in order."""
    texts = _texts()
    later = [set(_WORD.findall(text)) for text in texts.values()]
    lasting = {
        word
        for text in texts.values()
        for each in _MACRO.findall(text)
        for word in _WORD.findall(each)
    }
    live = {_CHANNELS, _RULED, *_JOINS}
    before = ""
    for name, text in texts.items():
        live.update(each for each in _MADE.findall(text) if not each.startswith(STAGED))
        del later[0]
        spent = live.difference(lasting, *later)
        live -= spent
        yield Step(
            name=name,
            statements=text,
            tells_joins=name == _JOINS_AFTER,
            needs_channels=before < _CHANNELS_BEFORE <= name,
            needs_rules=name == _RULES_BEFORE,
            spent=tuple(sorted(spent)),
        )
        before = name


def functions() -> str:
    """The functions that the steps spell records with, for whoever needs them before."""
    return "\n".join(text for name, text in _texts().items() if name < _FUNCTIONS_BEFORE)


def _texts() -> dict[str, str]:
    folder = files("kpiloop.engine.resolve").joinpath("sql")
    scripts = sorted(folder.iterdir(), key=lambda each: (each.name in _AFTER_STAGES, each.name))
    return {each.name: each.read_text(encoding="utf-8") for each in scripts}
