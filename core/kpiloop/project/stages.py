"""`[stages]`: which stage of the ladder each vendor's stage is."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from kpiloop.kpi.names import did_you_mean
from kpiloop.schema.resolved import LADDER

NO_STAGE = ""


def _rung(value: str) -> str:
    if value not in (*LADDER, NO_STAGE):
        raise ValueError(
            f"{value!r} is no stage of the ladder{did_you_mean(value, LADDER)} "
            f'(legal: {", ".join(LADDER)}, or "" for none)'
        )
    return value


Rung = Annotated[str, AfterValidator(_rung)]
"""A stage of the ladder; empty: the vendor's stage is none of them."""

Stages: TypeAlias = Mapping[str, Mapping[str, Rung]]
"""Source → the vendor's stage → the ladder's; goes before what the connector knows."""
