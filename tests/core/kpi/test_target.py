"""Targets name a KPI, a period or grain, perhaps a part of a cut, and a number."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Calendar, Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.fiscal import FiscalYears
from kpiloop.kpi.target import Rule, Split, Target
from kpiloop.kpi.target_reading import Row, read_targets

CatalogOf = Callable[..., Catalog]


def test_a_target_is_read_by_grain(catalog_of: CatalogOf, basics: str) -> None:
    """A KPI may have a target per grain; numbers keep their digits."""
    tables = {"mqls": {"month": 400, "year": 4_800.5}}
    assert read_targets(tables, catalog_of(basics), "kpiloop.toml").all == (
        Target(kpi="mqls", grain=Grain.MONTH, value=Decimal(400)),
        Target(kpi="mqls", grain=Grain.YEAR, value=Decimal("4800.5")),
    )


def test_a_target_may_be_for_one_period_or_one_part(catalog_of: CatalogOf, basics: str) -> None:
    """Keys of periods, and tables by dimension within each other, say which values are meant."""
    tables: dict[str, object] = {
        "mqls": {"2026-q1": 90, "channel": {"paid_search": {"month": 9, "country": {}}}}
    }
    assert read_targets(tables, catalog_of(basics), "kpiloop.toml").all == (
        Target(kpi="mqls", grain=Grain.QUARTER, period="2026-Q1", value=Decimal(90)),
        Target(
            kpi="mqls",
            grain=Grain.MONTH,
            value=Decimal(9),
            dimensions={"channel": "paid_search"},
        ),
    )


def test_keys_of_fiscal_years_follow_the_calendar(catalog_of: CatalogOf, basics: str) -> None:
    """A fiscal year that the calendar has may have a target, with its split."""
    calendar = Calendar(fiscal=FiscalYears(starts=4))
    tables = {"mqls": {"FY2026": 1200, "split": "days"}}
    (target,) = read_targets(tables, catalog_of(basics), "kpiloop.toml", calendar=calendar).all
    assert (target.grain, target.period, target.split) == (
        Grain.FISCAL_YEAR,
        "FY2026",
        Split(rule=Rule.DAYS),
    )


def test_rows_of_a_file_say_the_same_as_tables(catalog_of: CatalogOf, basics: str) -> None:
    """A row names KPI, period and value; other columns are dimensions, empty where all is meant."""
    rows = [
        {"kpi": "mqls", "period": "year", "value": "1200", "split": "last year", "channel": ""},
        {"kpi": "mqls", "period": "2026-03", "value": "9.5", "split": "", "channel": "email"},
    ]
    of_file = read_targets(
        {}, catalog_of(basics), "kpiloop.toml", rows=[Row(each, "targets.csv") for each in rows]
    )
    tables = {"mqls": {"year": 1200, "split": "last year", "channel": {"email": {"2026-03": 9.5}}}}
    assert of_file == read_targets(tables, catalog_of(basics), "kpiloop.toml")


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        ({"mql": {"month": 1}}, "there is no KPI 'mql'; did you mean 'mqls'?"),
        ({"won_deals": {"month": 1}}, "there is no KPI 'won_deals'"),
        ({"mqls": {"moth": 1}}, "'moth' is no grain, period or dimension of mqls; did you mean"),
        ({"mqls": {"2026-13": 1}}, "'2026-13' is no grain, period or dimension"),
        ({"mqls": {"12 months": 1}}, "'12 months' is no grain, period or dimension"),
        ({"mqls": {"month": "many"}}, "'many' is no number"),
        ({"mqls": {"month": True}}, "True is no number"),
        ({"mqls": {"month": float("nan")}}, "nan is no number"),
        ({"mqls": 400}, "it is no table"),
        ({"mqls": {"chanel": {"email": {"month": 1}}}}, "'chanel' is no dimension of mqls; did"),
        ({"mqls": {"month": 1, "split": "days"}}, "there is no year's target to split"),
        ({"mqls": {"year": 1, "split": "evenly"}}, "'evenly' is no way to split a year"),
        ({"mqls": {"year": 1, "split": [1] * 11}}, "is no way to split a year"),
        ({"mqls": {"year": 1, "split": [0] * 12}}, "is no way to split a year"),
        ({"mqls": {"2026": 1, "channel": {}, "FY2026-M13": 2}}, "'FY2026-M13' is no grain"),
        ({"mql_to_sql_rate": {"year": 0.2, "split": "days"}}, "does not add up over time"),
    ],
)
def test_what_is_no_target_is_refused(
    catalog_of: CatalogOf, basics: str, tables: Mapping[str, object], what: str
) -> None:
    """A target that names no KPI, period, dimension, number or rule is refused with its place."""
    with pytest.raises(ConfigError) as caught:
        read_targets(tables, catalog_of(basics), "kpiloop.toml")
    assert what in str(caught.value)
    assert caught.value.where.startswith("kpiloop.toml [targets.")


def test_two_targets_for_the_same_are_refused(catalog_of: CatalogOf, basics: str) -> None:
    """A table and a row of a file must not each say what one value should be."""
    row = Row({"kpi": "mqls", "period": "month", "value": "5"}, "targets.csv, line 2")
    with pytest.raises(ConfigError, match="mqls has two targets for every month"):
        read_targets({"mqls": {"month": 4}}, catalog_of(basics), "kpiloop.toml", rows=[row])
