"""`[funnel]`: the ladder, and how its stages are counted."""

from typing import Annotated

from pydantic import AfterValidator, StrictBool

from kpiloop.project.section import Name, Section
from kpiloop.schema.resolved import LADDER


def _ladder(value: tuple[str, ...]) -> tuple[str, ...]:
    if tuple(each for each in value if each in LADDER) != LADDER or len(set(value)) < len(value):
        raise ValueError(
            f"must hold {', '.join(LADDER)} in this order, each once, with stages of your own "
            "before, between or behind them"
        )
    return value


class Funnel(Section):
    """A stage is entered when a system says so."""

    ladder: Annotated[tuple[Name, ...], AfterValidator(_ladder)] = LADDER
    """All stages, lowest first."""
    fill_skipped: StrictBool = False
    """Whether one who skips a stage has entered it at the time of the next one."""
