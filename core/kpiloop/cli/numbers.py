"""Numbers as people read them: shares in per cent, money with its currency, marks that matter."""

from decimal import Decimal

from kpiloop.kpi.units import DAYS, RATIO, Unit
from kpiloop.kpi.value import Completeness, KpiValue

NO_VALUE = "\N{EN DASH}"
MARKS = {Completeness.PARTIAL: "*", Completeness.IMMATURE: "~", Completeness.COMPLETE: ""}
LEGEND = {
    Completeness.PARTIAL: "* the period is not over, or a source tells of only a part of it",
    Completeness.IMMATURE: "~ some of these people still have time to convert",
}
_LARGE = 1_000
_BARS = "▁▂▃▄▅▆▇█"


def shown(value: Decimal | float | None, unit: Unit, currency: str) -> str:
    """A number with its unit; a dash where there is no value."""
    if value is None:
        return NO_VALUE
    if unit == RATIO:
        return f"{float(value) * 100:,.1f} %"
    if _is_money(unit):
        return f"{float(value):,.2f} {currency}"
    if unit == DAYS:
        return f"{float(value):,.1f} days"
    return f"{float(value):,.0f}" if value == int(value) else f"{float(value):,.2f}"


def brief(value: Decimal | float | None, unit: Unit, currency: str) -> str:
    """A number for an overview: large amounts of money without their cents."""
    if value is None or not _is_money(unit) or abs(float(value)) < _LARGE:
        return shown(value, unit, currency)
    return f"{float(value):,.0f} {currency}"


def marked(value: KpiValue, unit: Unit, currency: str) -> str:
    """A number with the mark of its completeness."""
    return shown(value.value, unit, currency) + MARKS[value.completeness]


def legend(values: list[KpiValue]) -> list[str]:
    """What the marks mean that occur."""
    present = {value.completeness for value in values}
    return [text for completeness, text in LEGEND.items() if completeness in present]


def trend(values: list[Decimal | float | None]) -> str:
    """A line of bars, lowest to highest; a blank where there is no value."""
    known = [float(value) for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    return "".join(
        " " if value is None else _BARS[round((float(value) - low) / span * (len(_BARS) - 1))]
        for value in values
    )


def change(before: Decimal | float | None, after: Decimal | float | None) -> str:
    """By how much per cent a number went up or down."""
    if before is None or after is None or not before:
        return ""
    return f"{(float(after) / float(before) - 1) * 100:+,.0f} %"


def _is_money(unit: Unit) -> bool:
    return ("money", 1) in unit.powers
