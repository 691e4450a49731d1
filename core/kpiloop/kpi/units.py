"""Units of measures and KPIs: exponents of things that can be counted or paid.

A count of rows has the singular of its entity as unit (`person`, `deal`), a count of distinct
`customer_id` is in `customer`s; a measure may call what it counts something else
(`unit = "customers"`). Multiplying and dividing combine exponents, adding and subtracting need
equal ones, so that people over people is a `ratio` and money over customers is `money/customer`.
A count of deals over a count of people is no ratio but `deals/person`, and must say so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpiloop.errors import DefinitionError
from kpiloop.kpi.names import did_you_mean
from kpiloop.schema.record import columns_of
from kpiloop.schema.registry import RESOLVED

RATIO_WORD = "ratio"
_REFERENCED = {
    column.removesuffix("_id")
    for model in RESOLVED
    for column in columns_of(model)
    if column.endswith("_id")
}
_PLURALS: Mapping[str, str] = {
    **{word: f"{word}s" for word in sorted(_REFERENCED | {"count", "day", "point"})},
    **{model.singular: model.entity for model in RESOLVED},
    "money": "money",
}
_SINGULARS: Mapping[str, str] = {
    **{plural: singular for singular, plural in _PLURALS.items()},
    **{singular: singular for singular in _PLURALS},
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers; no powers at all is a ratio."""

    powers: tuple[tuple[str, int], ...] = ()

    def __mul__(self, other: "Unit") -> "Unit":
        """The unit of a product."""
        return _collect((*self.powers, *other.powers))

    def __truediv__(self, other: "Unit") -> "Unit":
        """The unit of a quotient."""
        return _collect((*self.powers, *((word, -power) for word, power in other.powers)))

    def __str__(self) -> str:
        """As a marketer writes it: `ratio`, `people`, `deals/person`."""
        over = [word for word, power in self.powers for _ in range(power)]
        under = [word for word, power in self.powers for _ in range(-power)]
        if len(over) == 1:
            over = [_PLURALS.get(over[0], over[0])]
        return "/".join(["*".join(over) or (RATIO_WORD if not under else "1"), *under])


RATIO = Unit()
MONEY = Unit((("money", 1),))
DAYS = Unit((("day", 1),))


def unit_of(noun: str) -> Unit:
    """The unit in which so many of one thing are counted; singular."""
    return Unit(((noun, 1),))


def parse_unit(text: str, where: str) -> Unit:
    """Reads `ratio`, `money`, `people`, `deals/person`, `money*day`; DefinitionError otherwise."""
    over, *under = text.replace(" ", "").split("/")
    unit = RATIO
    for word in over.split("*"):
        unit *= _parse_word(word, text, where)
    for word in under:
        unit /= _parse_word(word, text, where)
    return unit


def is_count(unit: Unit) -> bool:
    """Whether it counts one kind of thing, and may thus be called by another name."""
    return len(unit.powers) == 1 and unit.powers[0][1] == 1 and unit not in {MONEY, DAYS}


def _parse_word(word: str, text: str, where: str) -> Unit:
    if word in {RATIO_WORD, "1"}:
        return RATIO
    singular = _SINGULARS.get(word)
    if singular is None:
        raise DefinitionError(
            f"{text!r} is no unit: {word!r} is unknown{did_you_mean(word, _SINGULARS)}",
            where=where,
            legal=f"{RATIO_WORD}, or of {', '.join(sorted(_PLURALS))}, with * and /",
            todo='write for example unit = "money/customer"',
        )
    return unit_of(singular)


def _collect(powers: Iterable[tuple[str, int]]) -> Unit:
    sums: dict[str, int] = {}
    for word, power in powers:
        sums[word] = sums.get(word, 0) + power
    return Unit(tuple(sorted((word, power) for word, power in sums.items() if power)))
