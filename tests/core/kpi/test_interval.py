"""How sure a number is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.kpi.calendar import Grain, Period
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.interval import FEW, Interval, interval_of, rests_on_few, wilson
from kpiloop.kpi.value import KpiValue

CatalogOf = Callable[..., Catalog]

KPIS = """
[measures.leads]
on = "people"
aggregate = "count(*)"
when = "became_lead_at"

[measures.mean_deal]
title = "Mean deal"
on = "deals"
aggregate = "avg(amount_home)"
when = "won_at"

[kpis.retention]
formula = "customers_kept / customers_at_start"

[kpis.churn]
formula = "(customers_at_start - customers_kept) / customers_at_start"

[kpis.nested]
formula = "mql_to_sql_rate"

[kpis.pace]
formula = "won_deals / leads"
unit = "deals/person"

[kpis.growth]
formula = "new / customers_at_start"

[kpis.twice]
formula = "2 * mqls / leads"

[kpis.per_deal]
formula = "revenue / won_deals"

[measures.new]
on = "customer_intervals"
aggregate = "count(*)"
when = "started_at"
unit = "customers"
"""


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 20, 0.0, 0.1611),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_published_intervals_come_out(part: int, whole: int, low: float, high: float) -> None:
    """81 of 263, 15 of 148, 0 of 20 and 1 of 29 are Newcombe's examples of 1998, method 3."""
    found = wilson(Decimal(part), Decimal(whole))

    assert found is not None
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_holds_the_share_and_never_leaves_its_bounds(counts: tuple[int, int]) -> None:
    """From 0 to 1 whatever is counted; nobody and everybody are bounds themselves."""
    part, whole = map(Decimal, counts)
    found = wilson(part, whole)

    assert found is not None
    assert 0.0 <= found.low <= float(part) / float(whole) <= found.high <= 1.0
    assert (found.low == 0.0) == (part == 0)
    assert (found.high == 1.0) == (part == whole)


@given(st.integers(0, 100), st.integers(1, 100))
def test_the_rest_has_the_mirrored_interval(part: int, rest: int) -> None:
    """Churn is as sure as retention is."""
    kept, lost = (
        wilson(Decimal(part), Decimal(part + rest)),
        wilson(Decimal(rest), Decimal(part + rest)),
    )

    assert kept is not None
    assert lost is not None
    assert kept.low == pytest.approx(1 - lost.high, abs=1e-12)


@pytest.mark.parametrize(("part", "whole"), [(5, 4), (-1, 4), (0, 0)])
def test_what_is_no_part_has_none(part: int, whole: int) -> None:
    """A twin above 100 % is no share."""
    assert wilson(Decimal(part), Decimal(whole)) is None


def value(kpi: str, part: int = 1, whole: int = 4, sample: int = 4) -> KpiValue:
    """A value of a quotient."""
    return KpiValue(
        kpi=kpi,
        period=Period(Grain.MONTH, "2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        value=part / whole,
        numerator=Decimal(part),
        denominator=Decimal(whole),
        sample_size=sample,
        version="v",
        as_of=datetime(2026, 6, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("kpi", "has_one"),
    [
        ("mql_to_sql_rate", True),
        ("mql_to_sql_rate_in_period", True),
        ("nested", True),
        ("retention", True),
        ("churn", True),
        ("pace", False),
        ("growth", False),
        ("twice", False),
        ("per_deal", False),
        ("mean_deal", False),
    ],
)
def test_shares_of_counts_have_an_interval(
    catalog_of: CatalogOf, basics: str, kpi: str, *, has_one: bool
) -> None:
    """Money, means, other units and what happened over what was there have none."""
    found = interval_of(catalog_of(basics + KPIS), value(kpi))

    assert found == (wilson(Decimal(1), Decimal(4)) if has_one else None)
    assert isinstance(found, Interval) is has_one


def test_a_twin_above_one_has_none(catalog_of: CatalogOf, basics: str) -> None:
    """It may say more than everybody."""
    assert interval_of(catalog_of(basics), value("mql_to_sql_rate_in_period", 5, 4)) is None


@pytest.mark.parametrize(
    ("kpi", "can_be"),
    [("mqls", False), ("revenue", False), ("mean_deal", True), ("per_deal", True), ("pace", True)],
)
def test_rates_and_means_may_rest_on_few(
    catalog_of: CatalogOf, basics: str, kpi: str, *, can_be: bool
) -> None:
    """Three leads are three leads; a mean of three is a guess."""
    catalog = catalog_of(basics + KPIS)

    assert rests_on_few(catalog, value(kpi, sample=FEW - 1)) is can_be
    assert not rests_on_few(catalog, value(kpi, sample=FEW))
