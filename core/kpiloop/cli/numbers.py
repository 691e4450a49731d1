"""Numbers as people read them: shares in per cent, money with its currency, marks that matter."""

from decimal import Decimal

from kpiloop.kpi.compare import change as changed
from kpiloop.kpi.interval import FEW, Interval
from kpiloop.kpi.units import DAYS, RATIO, Unit
from kpiloop.kpi.value import Completeness, KpiValue

NO_VALUE = "\N{EN DASH}"
MARKS = {Completeness.PARTIAL: "*", Completeness.IMMATURE: "~", Completeness.COMPLETE: ""}
LEGEND = {
    Completeness.PARTIAL: "* the period is not over, or a source tells of only a part of it",
    Completeness.IMMATURE: "~ some of these people still have time to convert",
}
_FEW_MARK = "\N{DEGREE SIGN}"
_FEW = f"{_FEW_MARK} of fewer than {FEW} rows: it swings by chance"
_LARGE = 1_000
_SMALL = 0.1
"""Below it two digits count, wherever they stand."""
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
    if value == int(value):
        return f"{float(value):,.0f}"
    return f"{float(value):,.2f}" if abs(float(value)) >= _SMALL else f"{float(value):.2g}"


def brief(value: Decimal | float | None, unit: Unit, currency: str) -> str:
    """A number for an overview: large amounts of money without their cents."""
    if value is None or not _is_money(unit) or abs(float(value)) < _LARGE:
        return shown(value, unit, currency)
    return f"{float(value):,.0f} {currency}"


def marked(value: KpiValue, unit: Unit, currency: str, *, few: bool = False) -> str:
    """A number with the marks of its completeness and of a small sample."""
    mark = MARKS[value.completeness] + (_FEW_MARK if few else "")
    return shown(value.value, unit, currency) + mark


def legend(values: list[KpiValue], *, few: bool = False) -> list[str]:
    """What the marks mean that occur."""
    present = {value.completeness for value in values}
    told = [text for completeness, text in LEGEND.items() if completeness in present]
    return [*told, _FEW] if few else told


def share_range(interval: Interval | None) -> str:
    """Between which shares the true one lies; nothing where that cannot be said."""
    if interval is None:
        return ""
    return f"{interval.low * 100:.1f}\N{EN DASH}{interval.high * 100:.1f} %"


def difference(number: Decimal | float | None, unit: Unit, currency: str) -> str:
    """By how much a number changed, in its own unit: shares in points of a per cent."""
    if number is None:
        return ""
    sign = "+" if number > 0 else ""
    if unit == RATIO:
        return f"{sign}{float(number) * 100:,.1f} points"
    return sign + shown(number, unit, currency)


def percent(share: float | None) -> str:
    """A change in per cent."""
    return "" if share is None else f"{share * 100:+,.0f} %"


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
    return percent(changed(before, after).share)


def _is_money(unit: Unit) -> bool:
    return ("money", 1) in unit.powers
