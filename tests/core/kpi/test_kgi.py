"""A KGI tree says what the goal consists of; whether it does is checked with every number."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import CIVIL, Grain
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.definition import Source
from kpiloop.kpi.kgi import KgiTree, build_tree, warnings_of
from kpiloop.kpi.value import KpiValue

CatalogOf = Callable[..., Catalog]

MORE = """
[kpis.deals_won]
owner = "sales"
formula = "won_deals"
unit = "deals"
[kpis.deal_value]
owner = "sales"
formula = "revenue / won_deals"
unit = "money/deal"
[kpis.sqls_of_mqls]
formula = "mqls_became_sql"
unit = "people"
"""
WHOLE = {"kgi": "revenue", "consists": {"revenue": "deals_won * deal_value"}}
MARCH = CIVIL.period_of(Grain.MONTH, date(2026, 3, 1))


def _tree(catalog: Catalog, values: object) -> KgiTree:
    return build_tree("growth", values, catalog, Source("kpiloop.toml"))


def _value(kpi: str, number: Decimal | float | None) -> KpiValue:
    return KpiValue(
        kpi=kpi, period=MARCH, value=number, version="v", as_of=datetime(2026, 4, 2, tzinfo=UTC)
    )


def _remainders(tree: KgiTree, numbers: Mapping[str, Decimal | float | None]) -> list[str]:
    values = {kpi: _value(kpi, number) for kpi, number in numbers.items()}
    return [str(each) for each in tree.remainders(MARCH, values.get)]


def test_a_tree_is_the_kpis_that_its_goal_consists_of(catalog_of: CatalogOf, basics: str) -> None:
    """Edges are formulas of KPIs; what has none is a leaf."""
    tree = _tree(catalog_of(basics, MORE), WHOLE)
    assert [(level, node.name) for level, node in tree.root.walk()] == [
        (0, "revenue"),
        (1, "deals_won"),
        (1, "deal_value"),
    ]
    assert tree.root.formula == "deals_won * deal_value"


def test_numbers_that_make_the_whole_leave_no_remainder(catalog_of: CatalogOf, basics: str) -> None:
    """Money agrees to the cent; a third of a cent is the rounding of numbers."""
    tree = _tree(catalog_of(basics, MORE), WHOLE)
    parts = {"deals_won": Decimal(3), "deal_value": 100 / 3}
    assert not _remainders(tree, {"revenue": Decimal(100), **parts})
    assert not _remainders(tree, {"revenue": Decimal("100.003"), **parts})


def test_a_remainder_is_told_with_both_numbers(catalog_of: CatalogOf, basics: str) -> None:
    """Where the whole is a cent more than its parts, the tree or a definition is wrong."""
    tree = _tree(catalog_of(basics, MORE), WHOLE)
    numbers = {"revenue": Decimal("150.01"), "deals_won": Decimal(3), "deal_value": 50.0}
    assert _remainders(tree, numbers) == [
        "[trees.growth] revenue of 2026-03 is 150.01, but deals_won * deal_value makes 150.0"
    ]


@pytest.mark.parametrize("absent", ["revenue", "deals_won", "deal_value"])
def test_what_has_no_value_is_not_compared(catalog_of: CatalogOf, basics: str, absent: str) -> None:
    """A quotient without a denominator has no value, and is no error of the tree."""
    tree = _tree(catalog_of(basics, MORE), WHOLE)
    numbers: dict[str, Decimal | float | None] = {
        "revenue": Decimal(1),
        "deals_won": Decimal(3),
        "deal_value": 50.0,
    }
    assert _remainders(tree, numbers)
    assert not _remainders(tree, {**numbers, absent: None})
    del numbers[absent]
    assert not _remainders(tree, numbers)


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (5, "it is no table"),
        ({"kgi": "revenue"}, "'consists' is missing"),
        ({"kgi": "revenue", "consists": {}}, "at least 1"),
        ({"kgi": "revenu", "consists": WHOLE["consists"]}, "no KPI 'revenu'; did you mean"),
        ({**WHOLE, "leaves": 1}, "unknown key 'leaves'"),
        ({**WHOLE, "consists": {"revenue": "won_deals * deal_value"}}, "no KPI 'won_deals'"),
        ({**WHOLE, "consists": {"revenue": "deal_value"}}, "is in money/deal, and revenue in"),
        ({**WHOLE, "consists": {"deals_won": "deals_won"}}, "goes round in a circle"),
        (
            {**WHOLE, "consists": {**WHOLE["consists"], "mqls": "sqls_of_mqls"}},
            "mqls is no part of revenue",
        ),
        (
            {
                "kgi": "revenue",
                "consists": {
                    "revenue": "deals_won * deal_value",
                    "deal_value": "revenue / deals_won",
                },
            },
            "goes round in a circle",
        ),
        (
            {
                "kgi": "mqls",
                "consists": {"mqls": "mqls * mql_to_sql_rate"},
            },
            "goes round in a circle",
        ),
    ],
)
def test_what_is_no_tree_is_refused(
    catalog_of: CatalogOf, basics: str, values: object, what: str
) -> None:
    """A tree that names what is not there, mixes units, circles or falls apart is refused."""
    with pytest.raises(DefinitionError) as caught:
        _tree(catalog_of(basics, MORE), values)
    assert what in str(caught.value)
    assert "[trees.growth]" in str(caught.value)


def test_a_kpi_stands_in_a_tree_once(catalog_of: CatalogOf, basics: str) -> None:
    """What is part of two KPIs would be counted twice by who reads the tree."""
    values = {
        "kgi": "revenue",
        "consists": {
            "revenue": "deals_won * deal_value",
            "deals_won": "sqls_of_mqls * rate",
            "deal_value": "rate * deal_value_of",
        },
    }
    more = """
    [kpis.rate]
    formula = "won_deals / mqls_became_sql"
    unit = "deals/person"
    [kpis.deal_value_of]
    formula = "revenue * mqls_became_sql / won_deals / won_deals"
    unit = "money*person/deal/deal"
    """
    with pytest.raises(DefinitionError, match="rate is in the tree twice"):
        _tree(catalog_of(basics, MORE, more), values)


def test_a_poor_tree_is_warned_of(catalog_of: CatalogOf, basics: str) -> None:
    """More than four levels are too deep, and a KPI needs somebody who answers for it."""
    chain = "".join(
        f'[kpis.m{n}]\nformula = "mqls + 0 * mqls"\nunit = "people"\nowner = "marketing"\n'
        for n in range(6)
    )
    catalog = catalog_of(basics, MORE, chain)
    consists = {"mqls": "m0", **{f"m{n}": f"m{n + 1}" for n in range(5)}}
    warnings = list(warnings_of(_tree(catalog, {"kgi": "mqls", "consists": consists}), catalog))
    assert len(warnings) == 2
    assert warnings[0].startswith("the tree is 6 levels deep")
    assert warnings[1].startswith("mqls has no owner")
