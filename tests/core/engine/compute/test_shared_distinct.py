"""Distinct counts of the same ids, by other filters, that are answered together."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Question
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.value import KpiValue
from support.resolved_company import company_in_memory

PACK = """
[measures.visitors]
title = "Visitors"
on = "page_views"
aggregate = "count(distinct visitor_id)"
when = "viewed_at"

[measures.search_visitors]
title = "Visitors by search"
on = "page_views"
aggregate = "count(distinct visitor_id)"
where = "channel = 'search'"
when = "viewed_at"

[measures.landed]
title = "Visitors who landed"
on = "page_views"
aggregate = "count(distinct visitor_id)"
where = "is_landing"
when = "viewed_at"
"""
KPIS = ("visitors", "search_visitors", "landed")
GRAINS = (Grain.MONTH, Grain.WEEK, Grain.ROLLING_28_DAYS)
View = tuple[str | None, str | None, bool | None, int]
views = st.lists(
    st.tuples(
        st.sampled_from(["anna", "ben", "cleo", None]),
        st.sampled_from(["search", "email", None]),
        st.sampled_from([True, False, None]),
        st.integers(20, 39),
    ),
    max_size=12,
)


def values(rows: list[View], batches: list[tuple[str, ...]]) -> list[KpiValue]:
    """The KPIs of each batch, asked together, in total and by channel."""
    with company_in_memory(PACK) as company:
        for visitor, channel, is_landing, day in rows:
            company.put(
                "page_views",
                visitor_id=visitor,
                channel=channel,
                is_landing=is_landing,
                viewed_at=f"2026-0{1 + day // 30}-{day % 30 + 1:02}",
            )
        return [
            value
            for batch in batches
            for value in compute(
                company.connection, company.catalog, [question(batch)], company.moment
            )
        ]


def question(kpis: tuple[str, ...]) -> Question:
    """Some KPIs by month, by week and over 28 days, in total and by channel."""
    return Question(
        kpis=kpis,
        grains=GRAINS,
        first_day=date(2026, 1, 19),
        last_day=date(2026, 2, 14),
        cuts=((), ("channel",)),
    )


@pytest.mark.parametrize(
    ("kpi", "expected"), [("visitors", 2), ("search_visitors", 1), ("landed", 1)]
)
def test_each_count_has_its_own_filter(kpi: str, expected: int) -> None:
    """An id counts in a measure if any of its rows passes the measure's filter."""
    rows: list[View] = [
        ("anna", "search", False, 20),
        ("anna", "email", True, 21),
        ("anna", "email", None, 22),
        ("ben", None, None, 22),
        (None, "search", True, 22),
    ]

    found = values(rows, [KPIS])

    total = next(
        each
        for each in found
        if each.kpi == kpi and each.period.key == "2026-01" and not each.dimensions
    )
    assert total.value == expected


@given(rows=views)
@settings(max_examples=10, deadline=None)
def test_counts_asked_together_equal_those_asked_alone(rows: list[View]) -> None:
    """Whatever the rows are, sharing the look at them changes no value."""
    assert values(rows, [KPIS]) == values(rows, [(each,) for each in KPIS])
