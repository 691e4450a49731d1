"""`[[hypotheses]]`: what may influence a KPI, beside what it consists of."""

from typing import Annotated

from pydantic import BeforeValidator

from kpiloop.project.section import Name, Section

_MONTHS = {"month", "months"}


def _lag(value: object) -> int:
    number, _, unit = str(value).partition(" ")
    if not number.isdecimal() or unit not in _MONTHS:
        raise ValueError(f'{value!r} is no lag (legal: "0 months", "1 month", "2 months")')
    return int(number)


class HypothesisEntry(Section):
    """A KPI that may influence another."""

    kpi: Name
    of: Name
    """The KPI that it may influence."""
    lag: Annotated[int, BeforeValidator(_lag)] = 0
    """After so many months it shows; no value: in the same one."""
