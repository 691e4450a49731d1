"""Targets name a KPI, a grain and a number."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from kpiloop.errors import ConfigError
from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.target import Target, read_targets

CatalogOf = Callable[..., Catalog]


def test_a_target_is_read_by_grain(catalog_of: CatalogOf, basics: str) -> None:
    """A KPI may have a target per grain; numbers keep their digits."""
    tables = {"mqls": {"month": 400, "year": 4_800.5}}
    assert read_targets(tables, catalog_of(basics), "kpiloop.toml") == (
        Target(kpi="mqls", grain=Grain.MONTH, value=Decimal(400)),
        Target(kpi="mqls", grain=Grain.YEAR, value=Decimal("4800.5")),
    )


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        ({"mql": {"month": 1}}, "there is no KPI 'mql'; did you mean 'mqls'?"),
        ({"won_deals": {"month": 1}}, "there is no KPI 'won_deals'"),
        ({"mqls": {"moth": 1}}, "'moth' is no grain; did you mean 'month'?"),
        ({"mqls": {"month": "many"}}, "'many' is no number"),
        ({"mqls": {"month": True}}, "True is no number"),
        ({"mqls": {"month": float("nan")}}, "nan is no number"),
        ({"mqls": 400}, "it is no table"),
    ],
)
def test_what_is_no_target_is_refused(
    catalog_of: CatalogOf, basics: str, tables: dict[str, object], what: str
) -> None:
    """A target that names no KPI, grain or number is refused with its place."""
    with pytest.raises(ConfigError) as caught:
        read_targets(tables, catalog_of(basics), "kpiloop.toml")
    assert what in str(caught.value)
    assert caught.value.where.startswith("kpiloop.toml [targets.")
