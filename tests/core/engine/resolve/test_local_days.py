"""Days by the local clock, also on those that have 23 or 25 hours."""

from datetime import date

import pytest

from support.pulled_company import Pulled

SHORT, LONG = "2026-03-29", "2026-10-25"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T22:30", "2026-03-28"),  # half past eleven in the evening
        ("2026-03-28T23:30", SHORT),  # half past midnight
        ("2026-03-29T00:59", SHORT),  # the last minute of winter time
        ("2026-03-29T01:00", SHORT),  # three o'clock: two was left out
        ("2026-03-29T21:30", SHORT),
        ("2026-03-29T22:30", "2026-03-30"),
        ("2026-10-24T21:30", "2026-10-24"),
        ("2026-10-24T22:30", LONG),
        ("2026-10-25T00:30", LONG),  # half past two, for the first time
        ("2026-10-25T01:30", LONG),  # and for the second
        ("2026-10-25T22:30", LONG),
        ("2026-10-25T23:30", "2026-10-26"),
    ],
)
def test_an_event_is_of_its_local_day(pulled: Pulled, moment: str, day: str) -> None:
    """Minutes before and after midnight, in summer and in winter."""
    pulled.put("page_views", viewed_at=moment)
    pulled.put("email_events", kind="open", happened_at=moment)
    pulled.put("form_submissions", submitted_at=moment)
    pulled.put("orders", ordered_at=moment)
    pulled.resolve()

    expected = (date.fromisoformat(day),)
    assert pulled.only("page_views", "viewed_day") == expected
    assert pulled.only("email_events", "happened_day") == expected
    assert pulled.only("form_submissions", "submitted_day") == expected
    assert pulled.only("orders", "ordered_day") == expected


@pytest.mark.parametrize(("day", "hours", "first"), [(SHORT, 23, 23), (LONG, 25, 22)])
def test_a_day_has_as_many_hours_as_its_clock(
    pulled: Pulled, day: str, hours: int, first: int
) -> None:
    """One view each hour, from long before to long after: none is lost, and none counts twice."""
    before = date.fromisoformat(day).toordinal() - 1
    for hour in range(first - 5, first + 30):
        at = date.fromordinal(before + hour // 24)
        pulled.put("page_views", viewed_at=f"{at}T{hour % 24:02}:00")
    pulled.resolve()

    found = dict(pulled.found("page_views", "viewed_day, count(*) OVER (PARTITION BY viewed_day)"))
    assert found[date.fromisoformat(day)] == hours
