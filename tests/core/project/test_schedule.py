"""How often a project computes its numbers."""

import pytest

from kpiloop.project.schedule import Schedule


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        (None, True),
        ("every 15 minutes", True),
        ("every 1 day", True),
        ("every 7 days", False),
        ("0 6 * * *", True),
        ("0 6 * * mon-fri", True),
        ("0 6 * * 1-5", True),
        ("0 6 * * mon,wed,fri", False),
        ("0 6 * * mon", False),
        ("0 6 1 * *", False),
    ],
)
def test_a_cycle_is_daily_or_not(cycle: str | None, expected: bool) -> None:  # noqa: FBT001 - a table
    """Each working day is enough; who starts it by other means knows when."""
    assert Schedule(cycle=cycle).is_daily is expected
