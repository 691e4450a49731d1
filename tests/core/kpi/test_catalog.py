"""Packs are put together, checked as a whole, and asked for what they define."""

from collections.abc import Callable

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.formula import text_of
from kpiloop.kpi.measure import Basis

CatalogOf = Callable[..., Catalog]
RefusalOf = Callable[..., DefinitionError]


def test_a_titled_measure_is_a_kpi(catalog_of: CatalogOf, basics: str) -> None:
    """A measure with a title can be asked for by its name, and one without cannot."""
    catalog = catalog_of(basics)
    assert text_of(catalog.kpi("mqls").formula) == "mqls"
    assert "won_deals" not in catalog.kpis


def test_a_titled_stock_is_its_state_at_the_end(catalog_of: CatalogOf, basics: str) -> None:
    """A stock with a title is a KPI by its own name."""
    text = basics.replace('on = "customer_intervals"', 'on = "customer_intervals"\ntitle = "C"')
    kpi = catalog_of(text).kpi("customers")
    assert (text_of(kpi.formula), kpi.basis) == ("customers_at_end", Basis.STOCK)


def test_every_cohort_rate_has_its_twin(catalog_of: CatalogOf, basics: str) -> None:
    """The twin of a rate stands on the twins of its cohorts, and says so."""
    catalog = catalog_of(basics)
    rate, twin = catalog.kpi("mql_to_sql_rate"), catalog.kpi("mql_to_sql_rate_in_period")
    assert (rate.basis, rate.within_days) == (Basis.COHORT, 90)
    assert (twin.basis, twin.within_days) == (Basis.FLOW, None)
    assert text_of(twin.formula) == "mqls_became_sql_in_period / mqls"
    assert twin.derived_from == "mql_to_sql_rate"
    assert twin.title == "MQL → SQL rate (in period)"


def test_a_kpi_of_cohort_kpis_has_a_twin_of_twins(catalog_of: CatalogOf, basics: str) -> None:
    """Twins reach through KPIs that name each other, and can be named themselves."""
    text = """
    [kpis.not_sql_rate]
    formula = "1 - mql_to_sql_rate"
    [kpis.gap]
    formula = "not_sql_rate_in_period - not_sql_rate"
    """
    catalog = catalog_of(text + basics)
    twin = catalog.kpi("not_sql_rate_in_period")
    assert text_of(twin.formula) == "1 - mql_to_sql_rate_in_period"
    assert catalog.kpi("gap").basis is Basis.COHORT


def test_a_formula_is_written_out_down_to_measures(catalog_of: CatalogOf, basics: str) -> None:
    """What a KPI comes down to names measures only, bracketed as it was meant."""
    text = '[kpis.not_sql_rate]\nformula = "1 - mql_to_sql_rate * (2 - mql_to_sql_rate)"'
    catalog = catalog_of(basics + text)
    assert text_of(catalog.expanded("not_sql_rate")) == (
        "1 - mqls_became_sql / mqls * (2 - mqls_became_sql / mqls)"
    )
    assert [measure.name for measure in catalog.measures_of("not_sql_rate")] == [
        "mqls_became_sql",
        "mqls",
    ]


def test_a_kpi_is_a_tree(catalog_of: CatalogOf, basics: str) -> None:
    """The tree of a KPI has its formula at the top and measures as leaves."""
    catalog = catalog_of(basics + '[kpis.not_sql_rate]\nformula = "1 - mql_to_sql_rate"')
    tree = catalog.tree("not_sql_rate")
    assert tree.depth == 2
    assert [(level, node.name, node.formula) for level, node in tree.walk()] == [
        (0, "not_sql_rate", "1 - mql_to_sql_rate"),
        (1, "mql_to_sql_rate", "mqls_became_sql / mqls"),
        (2, "mqls_became_sql", None),
        (2, "mqls", None),
    ]


def test_kpis_are_in_written_order_with_twins_beside(catalog_of: CatalogOf, basics: str) -> None:
    """KPIs come as they are written, whatever stands on what, each before its twin."""
    text = '[kpis.not_sql_rate]\nformula = "1 - mql_to_sql_rate"'
    assert list(catalog_of(text, basics).kpis) == [
        "not_sql_rate",
        "not_sql_rate_in_period",
        "mqls",
        "revenue",
        "mql_to_sql_rate",
        "mql_to_sql_rate_in_period",
    ]


def test_dimensions_and_records_are_those_of_all_measures(
    catalog_of: CatalogOf, basics: str
) -> None:
    """A KPI can be asked by what all of its measures have."""
    text = """
    [measures.cost]
    on = "costs"
    aggregate = "sum(amount_home)"
    when = "cost_day"
    [kpis.cost_per_mql]
    formula = "cost / mqls"
    """
    catalog = catalog_of(basics + text)
    assert "country" in catalog.dimensions_of("mqls")
    assert catalog.dimensions_of("cost_per_mql") == (
        "channel",
        "campaign_id",
        "product",
        "owner_id",
        "source",
    )
    assert catalog.per_record("cost_per_mql") == ("campaign",)
    assert catalog.per_record("revenue") == ("person", "company", "deal", "campaign")


def test_an_unknown_kpi_brings_a_suggestion(catalog_of: CatalogOf, basics: str) -> None:
    """Asking for a misspelt KPI names the nearest one."""
    with pytest.raises(DefinitionError, match="did you mean 'mql_to_sql_rate'"):
        catalog_of(basics).kpi("mql_sql_rate")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[kpis.x]\nformula = "mqls / sqls"', "'sqls' is neither a measure nor a KPI"),
        ('[kpis.x]\nformula = "customers / mqls"', "a stock is one of customers_at_start"),
        ('[kpis.x]\nformula = "mqls_in_period / mqls"', "'mqls_in_period' is neither"),
        ('[kpis.x]\nformula = "1 + 2"', "the formula names nothing"),
        ('[kpis.x]\nformula = "count(*)"', "has no place in the formula"),
        ('[kpis.x]\nformula = "mqls + revenue"', "adds or subtracts people and money"),
        ('[kpis.x]\nformula = "mqls + 1"', "adds or subtracts people and ratio"),
        ('[kpis.x]\nformula = "won_deals / mqls"\nunit = "ratio"', 'unit = "deals/person"'),
        ('[kpis.x]\nformula = "revenue / mqls"\nunit = "money"', 'unit = "money/person"'),
        ('[kpis.x]\nformula = "mqls"\nbands = { A = "about 5" }', "'about 5' is no band"),
        ('[kpis.mqls]\nformula = "won_deals"', "'mqls' is defined twice: first in test.toml:2"),
        ('[kpis.x]\nformula = "mqls"\noverrides = true', "there is no 'x' to override"),
        ('[kpis.customers_kept]\nformula = "mqls"', "follows from test.toml"),
        ('[kpis.mql_to_sql_rate_in_period]\nformula = "mqls"', "follows from test.toml"),
    ],
)
def test_definitions_that_do_not_fit_are_refused(
    refusal_of: RefusalOf, basics: str, text: str, what: str
) -> None:
    """What does not fit the rest of the catalog is refused with its place and what is legal."""
    error = refusal_of(basics, text)
    assert what in str(error)
    assert error.where.startswith("1.toml:1 [kpis.")


def test_a_circle_is_named(refusal_of: RefusalOf, basics: str) -> None:
    """KPIs that stand on each other are refused, and the error walks the circle."""
    circle = """
    [kpis.a]
    formula = "b / mqls"
    [kpis.b]
    formula = "c + c"
    [kpis.c]
    formula = "a * mqls"
    """
    words = refusal_of(basics, circle).what.split(": ")[1].split(" → ")
    assert words[0] == words[-1]
    assert "→".join(words[:-1]) in {"a→b→c", "b→c→a", "c→a→b"}


def test_a_kpi_that_names_itself_is_a_circle(refusal_of: RefusalOf, basics: str) -> None:
    """The smallest circle is a KPI that stands on itself."""
    assert "x → x" in str(refusal_of(basics, '[kpis.x]\nformula = "x / mqls"'))


def test_a_twin_that_closes_a_circle_is_found(refusal_of: RefusalOf, basics: str) -> None:
    """A KPI cannot stand on its own twin."""
    text = '[kpis.x]\nformula = "x_in_period + mql_to_sql_rate"'
    assert "x → x" in str(refusal_of(basics, text))


def test_only_causes_are_told(refusal_of: RefusalOf, basics: str) -> None:
    """What rests on a definition that is wrong is not blamed as well."""
    broken = basics.replace('when = "became_mql_at"', 'when = "became_mql"', 1)
    error = refusal_of(broken, '[kpis.x]\nformula = "mql_to_sql_rate / 2"')
    assert "[measures.mqls].when" in error.where
    assert "mql_to_sql_rate" not in str(error)


def test_several_causes_are_told_together(refusal_of: RefusalOf, basics: str) -> None:
    """Every definition that is wrong is told at once."""
    error = refusal_of(basics, '[kpis.x]\nformula = "y"', '[kpis.z]\nformula = "mqls +"')
    assert error.what.startswith("2 definitions are not legal")
    assert "1.toml:1 [kpis.x]" in str(error)
    assert "2.toml:1 [kpis.z]" in str(error)


def test_a_formula_that_grows_beyond_measure_is_refused(refusal_of: RefusalOf, basics: str) -> None:
    """KPIs that double each other would be a formula of a billion names: refused at once."""
    doubled = [f'[kpis.k{n}]\nformula = "k{n - 1} + k{n - 1}"' for n in range(1, 30)]
    error = refusal_of(basics, "\n".join(['[kpis.k0]\nformula = "mqls"', *doubled]))
    assert "the formula is too long" in str(error)


def test_a_chain_without_end_is_refused(refusal_of: RefusalOf, basics: str) -> None:
    """Thousands of KPIs that stand on each other are refused rather than overflow."""
    chain = [f'[kpis.k{n}]\nformula = "k{n - 1} * 2"' for n in range(1, 2_000)]
    error = refusal_of(basics, "\n".join(['[kpis.k0]\nformula = "mqls"', *chain]))
    assert "the formula is too long" in str(error)


def test_the_user_may_override_on_purpose(catalog_of: CatalogOf, basics: str) -> None:
    """A later definition that says so takes the earlier one's place in all that rests on it."""
    text = """
    [measures.mqls]
    overrides = true
    title = "Our MQLs"
    on = "people"
    aggregate = "count(*)"
    where = "country = 'DE'"
    when = "became_mql_at"
    """
    before, after = catalog_of(basics), catalog_of(basics, text)
    assert after.kpi("mqls").title == "Our MQLs"
    assert after.kpi("mqls").origin == "1.toml"
    assert after.kpi("mql_to_sql_rate").version != before.kpi("mql_to_sql_rate").version


def test_a_kpi_without_a_title_is_called_by_its_name(catalog_of: CatalogOf, basics: str) -> None:
    """A title is made of the name where none is written, and the unit of the formula."""
    kpi = catalog_of(basics, '[kpis.deals_per_mql]\nformula = "won_deals / mqls"').kpi(
        "deals_per_mql"
    )
    assert (kpi.title, str(kpi.unit)) == ("Deals per mql", "deals/person")


def test_the_first_band_that_holds_counts(catalog_of: CatalogOf, basics: str) -> None:
    """Bands are tried in written order, an empty one holds all the rest, no value has none."""
    text = '[kpis.x]\nformula = "mqls / mqls"\nbands = { A = ">= 0.5", B = ">0.2", C = "" }'
    kpi = catalog_of(basics, text).kpi("x")
    assert [kpi.band(value) for value in (0.9, 0.5, 0.3, 0.2, -1.0, None)] == [
        "A",
        "A",
        "B",
        "C",
        "C",
        None,
    ]
