"""What small companies are drawn from: moments full of coincidences, ids that meet, gaps."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

FIRST = datetime(2025, 11, 1)  # noqa: DTZ001 - instants are naive UTC here
LAST = datetime(2026, 11, 30)  # noqa: DTZ001
SOURCE = st.sampled_from(("crm", "crm", "shop"))
IDS = ("1", "2", "3", "4", "5", "6")
ids = st.sampled_from(IDS)

moments = st.one_of(
    st.sampled_from(
        [
            datetime.fromisoformat(moment)
            for moment in (
                "2025-12-31T23:00:00",  # midnight in Berlin, and a new year
                "2025-12-31T22:59:59.999999",
                "2026-01-01T00:00:00",
                "2026-03-28T22:00:00",  # the midnight that Beirut leaves out
                "2026-03-29T01:00:00",  # Berlin leaves out an hour
                "2026-03-29T00:59:59.999999",
                "2026-03-31T22:00:00",
                "2026-04-01T12:00:00",
                "2026-06-29T22:00:00",
                "2026-06-30T12:00:00",
                "2026-07-29T00:30:00",
                "2026-10-25T00:30:00",  # half past two in Berlin, twice
                "2026-10-25T01:30:00",
            )
        ]
    ),
    st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(fold=0)),
)
days = st.dates(FIRST.date(), LAST.date()) | st.sampled_from(
    [date(2026, 1, 1), date(2026, 3, 29), date(2026, 3, 31)]
)
amounts = st.integers(-(10**7), 10**10).map(lambda units: Decimal(units) / 10_000)
currencies = st.sampled_from([None, None, "EUR", "USD", "usd ", "XXX"])
gone = st.sampled_from([None] * 15 + [LAST])


def some(*values: Any) -> Any:
    """Any of the values, or none."""
    return st.sampled_from((None, *values))


def mostly(values: Any) -> Any:
    """A value, but for one time in ten."""
    return st.integers(0, 9).flatmap(lambda die: values if die else st.none())


def rows(least: int, most: int, /, **fields: Any) -> Any:
    """Records of one entity, each of a system and with an id of its own."""
    row = st.fixed_dictionaries({"source": SOURCE, "deleted_at": gone, **fields})
    return st.lists(
        row, min_size=least, max_size=most, unique_by=lambda each: (each["source"], each["id"])
    )
