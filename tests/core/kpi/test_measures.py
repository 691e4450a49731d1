"""From one definition come a flow, a cohort with its twin, or the parts of a stock."""

from collections.abc import Callable

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.catalog import Catalog
from kpiloop.kpi.measure import Absent, Basis, Measure, Part
from kpiloop.kpi.units import unit_of

CatalogOf = Callable[..., Catalog]
RefusalOf = Callable[..., DefinitionError]


def sql(measure: Measure) -> str | None:
    """The filter of a measure as SQL."""
    return measure.where.sql(dialect="duckdb") if measure.where else None


def test_a_flow_counts_by_the_day_of_its_event(catalog_of: CatalogOf, basics: str) -> None:
    """A measure with `when` stands on that column, and on the local day beside it."""
    mqls = catalog_of(basics).measures["mqls"]
    assert (mqls.basis, mqls.on, mqls.row) == (Basis.FLOW, "people", "person")
    assert (mqls.when, mqls.when_day) == ("became_mql_at", "became_mql_day")


def test_a_day_column_is_its_own_day(catalog_of: CatalogOf) -> None:
    """Costs have a day and no instant."""
    cost = catalog_of(
        '[measures.cost]\non = "costs"\naggregate = "sum(amount_home)"\nwhen = "cost_day"'
    ).measures["cost"]
    assert (cost.when, cost.when_day) == ("cost_day", "cost_day")


def test_a_cohort_has_its_window(catalog_of: CatalogOf, basics: str) -> None:
    """`when`, `then` and `within` make a cohort."""
    cohort = catalog_of(basics).measures["mqls_became_sql"]
    assert cohort.basis is Basis.COHORT
    assert (cohort.when_day, cohort.then_day) == ("became_mql_day", "became_sql_day")
    assert cohort.within_days == 90


def test_the_twin_counts_by_the_day_of_then(catalog_of: CatalogOf, basics: str) -> None:
    """The period twin is a flow of rows that have `when`, by their `then`."""
    twin = catalog_of(basics).measures["mqls_became_sql_in_period"]
    assert (twin.basis, twin.when, twin.then, twin.within_days) == (
        Basis.FLOW,
        "became_sql_at",
        None,
        None,
    )
    assert sql(twin) == 'NOT "person"."became_mql_at" IS NULL'
    assert twin.derived_from == "mqls_became_sql"


def test_the_twin_keeps_the_filter(catalog_of: CatalogOf, basics: str) -> None:
    """The twin of a filtered cohort has both conditions, whatever stands in the filter."""
    cohort = 'within = "90 days"'
    text = basics.replace(cohort, cohort + "\nwhere = \"country = 'DE' OR segment = 'a' -- DACH\"")
    assert sql(catalog_of(text).measures["mqls_became_sql_in_period"]) == (
        '("person"."country" = \'DE\' OR "person"."segment" = \'a\') '
        'AND NOT "person"."became_mql_at" IS NULL'
    )


def test_a_stock_is_three_measures(catalog_of: CatalogOf, basics: str) -> None:
    """`from` and `until` make the state at the start, at the end, and what was kept."""
    measures = catalog_of(basics).measures
    stocks = {name: measure.part for name, measure in measures.items() if measure.part}
    assert stocks == {
        "customers_at_start": Part.START,
        "customers_at_end": Part.END,
        "customers_kept": Part.KEPT,
    }
    assert "customers" not in measures
    assert measures["customers_kept"].start_day == "started_day"
    assert measures["customers_kept"].until_day == "ended_day"


def test_amounts_cannot_be_kept(catalog_of: CatalogOf) -> None:
    """A stock of amounts has a start and an end, but no ids that could be kept."""
    text = """
    [measures.pipeline]
    on = "deals"
    aggregate = "sum(amount_home)"
    from = "created_at"
    until = "closed_at"
    """
    assert list(catalog_of(text).measures) == ["pipeline_at_start", "pipeline_at_end"]


def test_only_what_is_known_of_no_rows_is_zero(catalog_of: CatalogOf, basics: str) -> None:
    """An absent count and absent revenue are 0; an absent cost or average is no value."""
    text = """
    [measures.cost]
    on = "costs"
    aggregate = "sum(amount_home)"
    when = "cost_day"
    [measures.average_amount]
    on = "deals"
    aggregate = "avg(amount_home)"
    when = "won_at"
    """
    measures = catalog_of(basics + text).measures
    absent = {name: measures[name].absent for name in ("mqls", "revenue", "cost", "average_amount")}
    assert absent == {
        "mqls": Absent.ZERO,
        "revenue": Absent.ZERO,
        "cost": Absent.NONE,
        "average_amount": Absent.NONE,
    }


def test_what_is_counted_may_be_called_otherwise(catalog_of: CatalogOf, basics: str) -> None:
    """A count of people may be called a count of customers."""
    text = basics.replace('when = "won_at"', 'when = "won_at"\nunit = "customers"')
    with pytest.raises(DefinitionError, match="is in money, not in customers"):
        catalog_of(text)
    renamed = basics.replace('when = "became_mql_at"', 'when = "became_mql_at"\nunit = "customers"')
    assert catalog_of(renamed).measures["mqls"].unit == unit_of("customer")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('when = "won_at"', "", "no time does not make a measure"),
        ('when = "won_at"', 'when = "won_at"\nthen = "closed_at"', "then and when does not"),
        ('when = "won_at"', 'when = "won_at"\nuntil = "closed_at"', "until and when does not"),
        ('when = "won_at"', 'when = "won_att"', "did you mean 'won_at'"),
        ('when = "won_at"', 'when = "stage"', "'stage' is neither a time nor a day of deals"),
        ('when = "won_at"', 'when = "person.created_at"', "'person.created_at' is no column"),
        ('within = "90 days"', 'within = "3 months"', "'3 months' is no number of days"),
        ('on = "deals"', 'on = "deal"', "did you mean 'deals'"),
        ('on = "deals"', 'on = "people; drop table deals"', "there is no table"),
        ("count(distinct customer_id)", "avg(days_between(started_at, ended_at))", "cannot be"),
    ],
)
def test_times_must_make_a_measure(
    refusal_of: RefusalOf, basics: str, old: str, new: str, what: str
) -> None:
    """Times that do not go together, or are none, are refused with what is legal."""
    error = refusal_of(basics.replace(old, new, 1))
    assert what in str(error)
    assert error.legal
    assert error.where.startswith("test.toml:")
