"""What people score: a table that follows from the resolved ones, and from the as-of time."""

from typing import ClassVar

from kpiloop.schema.fields import Instant, Number, Text
from kpiloop.schema.resolved import Resolved


class Score(Resolved):
    """What a person scored, by `[scoring]`, at the ends of months and at the as-of time.

    It holds until the next such end at which the person scored something else. Who scored nothing
    has no row.
    """

    entity: ClassVar[str] = "scores"
    singular: ClassVar[str] = "score"

    person_id: Text = None
    score: Number = None
    started_at: Instant = None
    """When the last day of the month began, or the day of the as-of time."""
    ended_at: Instant = None
