"""The same rows give the same bits, whatever the threads, the order of rows and the host's zone."""

from collections.abc import Iterator, Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Question
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.value import KpiValue
from support.resolved_company import Company, company_in_memory

PACK = """
[measures.revenue]
title = "Revenue"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[measures.mean_deal]
title = "Mean deal"
on = "deals"
aggregate = "avg(amount_home * 0.37)"
when = "won_at"

[measures.middle_deal]
title = "Middle deal"
on = "deals"
aggregate = "median(amount_home)"
when = "won_at"

[measures.buyers]
title = "Buyers"
on = "deals"
aggregate = "count(distinct company_id)"
when = "won_at"

[measures.pipeline]
title = "Pipeline"
on = "deals"
aggregate = "sum(amount_home)"
from = "created_at"
until = "won_at"
kept_by = "company_id"

[measures.revenue_before]
title = "Revenue of 40 days earlier"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"
delay = "40 days"

[measures.cycle]
title = "Sales cycle"
on = "deals"
aggregate = "median_survival()"
when = "created_at"
then = "won_at"
until = "lost_at"

[measures.owners]
title = "Buyers at work"
on = "deals"
aggregate = "count(distinct company_id)"
from = "created_at"
until = "won_at"

[kpis.per_buyer]
title = "Revenue per buyer"
meaning = "Revenue per buyer, less a third of the mean deal."
formula = "revenue / buyers / 3 * 1.1"
unit = "money/company"

[kpis.pipeline_kept_share]
title = "Pipeline kept"
formula = "pipeline_kept / pipeline_at_start"

[kpis.won_per_day]
title = "Growth of revenue per day"
formula = "(revenue - revenue_before) / days_in_period"
unit = "money/day"
"""

MANY = """
INSERT INTO resolved.deals BY NAME
SELECT n::VARCHAR AS id, (n % 9973)::VARCHAR AS company_id, 'c' || n % 5 AS channel,
    (n * 7919 % 1000003) / 100 AS amount_home,
    DATE '2026-01-01' + (n % 180)::INTEGER AS created_day,
    DATE '2026-01-02' + (n % 300)::INTEGER AS won_day,
    created_day::TIMESTAMP AS created_at, won_day::TIMESTAMP AS won_at,
    CASE WHEN n % 7 = 0 THEN created_day + 3 END AS lost_day, lost_day::TIMESTAMP AS lost_at
FROM range(260000) AS numbers(n)
ORDER BY hash(n + {seed})
"""


def everything(company: Company) -> list[KpiValue]:
    """Every KPI, by quarter and of the 28 days up to some, in total and by channel."""
    return list(compute(company.connection, company.catalog, [*questions(company)], company.moment))


def questions(company: Company) -> Iterator[Question]:
    """Periods that tile the days, and periods that overlap."""
    for grain, first, last in (
        (Grain.QUARTER, date(2026, 1, 1), date(2026, 12, 31)),
        (Grain.ROLLING_28_DAYS, date(2026, 5, 27), date(2026, 5, 30)),
    ):
        yield Question(
            kpis=tuple(company.catalog.kpis),
            grains=(grain,),
            first_day=first,
            last_day=last,
            cuts=((), ("channel",)),
        )


def many_deals(threads: int, seed: int, zone: str = "UTC") -> list[KpiValue]:
    """All values of a company of many row groups, on a host of some time zone."""
    with company_in_memory(PACK, threads) as company:
        company.connection.execute("SET TimeZone = ?", [zone])
        company.connection.execute(MANY.format(seed=seed))
        return everything(company)


def test_values_of_many_rows_do_not_depend_on_threads_order_or_host() -> None:
    """Several threads read parts of the rows, in another order each time, here and far away."""
    once = many_deals(threads=1, seed=1)

    for threads, zone in ((1, "UTC"), (3, "Pacific/Auckland"), (16, "America/Los_Angeles")):
        assert many_deals(threads, threads + 1, zone) == once


Deal = tuple[int, int, str | None, int]
deals = st.lists(
    st.tuples(
        st.integers(0, 10**9),
        st.integers(1, 28),
        st.sampled_from([None, "ads", "email"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
)


def few_deals(rows: Sequence[Deal]) -> list[KpiValue]:
    """All values of a company with these deals."""
    with company_in_memory(PACK) as company:
        for amount, day, channel, buyer in rows:
            company.put(
                "deals",
                amount_home=amount,
                created_at=f"2026-02-{day:02}",
                won_at=f"2026-05-{day:02}",
                channel=channel,
                company_id=str(buyer),
            )
        return everything(company)


@given(orders=deals.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
@settings(max_examples=8, deadline=None)
def test_values_do_not_depend_on_the_order_of_rows(orders: tuple[list[Deal], list[Deal]]) -> None:
    """However the rows came, the numbers are the same, and so is their order."""
    rows, shuffled = orders

    assert few_deals(shuffled) == few_deals(rows)
