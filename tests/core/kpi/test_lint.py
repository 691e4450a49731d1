"""What makes a legal target a poor one."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

import pytest

from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.lint import Lint
from kpiloop.kpi.target_reading import read_targets

CatalogOf = Callable[..., Catalog]

KPIS = """
[kpis.deals_won]
owner = "sales"
better = "higher"
formula = "won_deals"
unit = "deals"
[kpis.qualified]
owner = "marketing"
better = "higher"
formula = "mqls_became_sql / mqls"
unit = "ratio"
[kpis.deal_value]
owner = "sales"
better = "higher"
formula = "revenue / won_deals"
unit = "money/deal"
"""
LED = frozenset({"deals_won", "qualified", "deal_value"})


def _faults(
    catalog: Catalog, targets: Mapping[str, object], led: AbstractSet[str] = LED, own: str = ""
) -> list[str]:
    read = read_targets(targets, catalog, "kpiloop.toml")
    found = Lint(catalog=catalog, targets=read, led=led, own=own).faults()
    return [f"{each.kpi} {each.found}" for each in found]


def test_a_sound_target_has_no_fault(catalog_of: CatalogOf, basics: str) -> None:
    """A number for a month, of a KPI with an owner and a direction that leads to a goal."""
    targets = {"deals_won": {"month": 20}, "qualified": {"month": 0.3}}
    assert _faults(catalog_of(basics, KPIS), targets) == []


@pytest.mark.parametrize(
    ("kpi", "target", "expected"),
    [
        ("qualified", {"month": 45}, "its target for every month is 4,500 %"),
        ("deals_won", {"month": 20, "2026-03": -4}, "below zero for 2026-03: -4"),
        ("deals_won", {"year": 240}, "for a year only"),
        ("deal_value", {"year": 9000}, "for a year only"),
        ("mqls", {"month": 90}, "leads to no goal"),
        ("mqls", {"month": 90}, "has no owner"),
        ("mqls", {"month": 90}, "does not say which way is better"),
    ],
)
def test_a_fault_is_told_in_plain_words(
    catalog_of: CatalogOf, basics: str, kpi: str, target: Mapping[str, object], expected: str
) -> None:
    """The KPI is named, with what it or its target lacks."""
    found = _faults(catalog_of(basics, KPIS), {kpi: target})
    assert any(each.startswith(kpi) and expected in each for each in found)


def test_a_years_target_that_is_split_can_be_followed(catalog_of: CatalogOf, basics: str) -> None:
    """Its months have a part of it; a year's average deal value needs one of a month as well."""
    targets = {
        "deals_won": {"year": 240, "split": "days"},
        "deal_value": {"year": 9000, "month": 9000},
    }
    assert _faults(catalog_of(basics, KPIS), targets) == []


def test_the_users_own_kpis_are_looked_at_without_a_target(
    catalog_of: CatalogOf, basics: str
) -> None:
    """They need an owner and a direction; a goal is asked of those alone that have a target."""
    own = '[kpis.won]\nformula = "won_deals"\nunit = "deals"\n'
    found = _faults(catalog_of(basics, own), {}, own="1.toml")
    assert [each.partition(":")[0] for each in found] == [
        "won has no owner",
        "won does not say which way is better",
    ]
