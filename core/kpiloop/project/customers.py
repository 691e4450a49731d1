"""`[customers]`: who counts as a customer, and when one stops being one."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator

from kpiloop.project.section import Section

_NO_ORDER = re.compile(r"no order for ([1-9][0-9]{0,4}) days?")
_LEGAL = 'legal: "never", "no order for N days", "stage left"'


class EndKind(StrEnum):
    """What ends a time as a customer."""

    NEVER = "never"
    NO_ORDER = "no order"
    STAGE_LEFT = "stage left"
    """The person leaves the stage `customer` of the ladder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRule:
    """When a customer stops being one."""

    kind: EndKind
    days: int = 0
    """For NO_ORDER: days after the last order or won deal."""


def _end_rule(value: object) -> EndRule:
    text = " ".join(value.lower().split()) if isinstance(value, str) else ""
    if match := _NO_ORDER.fullmatch(text):
        return EndRule(kind=EndKind.NO_ORDER, days=int(match[1]))
    if text in {EndKind.NEVER, EndKind.STAGE_LEFT}:
        return EndRule(kind=EndKind(text))
    raise ValueError(f"is no rule that kpiloop knows ({_LEGAL})")


class Customers(Section):
    """A customer is the deal's company, else its person."""

    count: Literal["company", "person"] = "company"
    ends: Annotated[EndRule, BeforeValidator(_end_rule)] = EndRule(kind=EndKind.NEVER)
