"""Values of single records, which is what becomes a property of them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.compute.records import RecordQuestion, compute_records
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain, Period
from support.resolved_company import Company, company_in_memory, utc

PACK = """
[measures.won]
title = "Won"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[measures.lost]
on = "deals"
aggregate = "sum(amount_home)"
when = "lost_at"

[measures.won_deals]
on = "deals"
aggregate = "count(*)"
when = "won_at"

[measures.lost_deals]
on = "deals"
aggregate = "count(*)"
when = "lost_at"

[measures.buyers]
title = "Buyers"
on = "deals"
aggregate = "count(distinct person_id)"
when = "won_at"

[measures.mean_won]
title = "Mean of won deals"
on = "deals"
aggregate = "avg(amount_home)"
when = "won_at"

[measures.middle_won]
title = "Middle of won deals"
on = "deals"
aggregate = "median(amount_home)"
when = "won_at"

[measures.people_known]
title = "People known"
on = "people"
aggregate = "count(*)"
when = "created_at"

[measures.contacts_in_stage]
title = "People in a stage"
on = "stage_intervals"
aggregate = "count(distinct person_id)"
from = "started_at"
until = "ended_at"

[measures.converted]
title = "Converted"
on = "people"
aggregate = "count(*)"
when = "became_mql_at"
then = "became_sql_at"
within = "90 days"

[measures.costs]
title = "Costs"
on = "costs"
aggregate = "sum(amount_home)"
when = "cost_day"
"""

FORMULAS = {
    "sum": ("won - lost", "money"),
    "whole": ("won_deals + lost_deals - 3 * won_deals", "deals"),
    "quotient": ("won / won_deals", "money/deal"),
    "share": ("(won - lost) / (won + lost)", "ratio"),
    "thirds": ("won / 3 - lost / 7", "money"),
    "tenths": ("0.1 * won - 0.2 * lost + won", "money"),
    "quotients": ("won / won_deals - lost / lost_deals", "money/deal"),
    "product": ("won * lost / (won + lost) / 1.1", "money"),
    "of_mean": ("mean_won / 3", "money"),
    "of_middle": ("middle_won - mean_won", "money"),
}

amounts = st.none() | st.decimals(min_value=-9_999_999, max_value=99_999_999, places=4)
deals = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans(), amounts), min_size=1, max_size=12
)


def kpi(name: str, formula: str, unit: str) -> str:
    """A definition."""
    return f'[kpis.{name}]\ntitle = "It"\nmeaning = "It."\nformula = "{formula}"\nunit = "{unit}"\n'


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the definitions of this page."""
    company.pack = PACK
    return company


@given(rows=deals)
@settings(max_examples=8, deadline=None)
def test_sql_agrees_with_python_to_the_last_bit(
    rows: list[tuple[str, bool, Decimal | None]],
) -> None:
    """By record a formula is worked out in SQL, by cut in Python: both give the same numbers."""
    pack = PACK + "".join(kpi(name, *each) for name, each in FORMULAS.items())
    with company_in_memory(pack) as company:
        for campaign, is_won, amount in rows:
            ended = {"won_at" if is_won else "lost_at": "2026-05-05T12:00"}
            company.put("deals", campaign_id=campaign, amount_home=amount, **ended)
        for name in FORMULAS:
            by_record = company.per_record(name, "campaign")
            by_cut = company.by(name, "campaign_id")
            assert {key: repr(each[0]) for key, each in by_record.items()} == {
                key: repr(each) for (key,), each in by_cut.items()
            }


def test_a_record_without_rows_has_no_value(company: Company) -> None:
    """Company b has no deal of the year, and is left out rather than 0."""
    company.put("companies", id="a")
    company.put("companies", id="b")
    company.put("deals", company_id="a", won_at="2026-05-05", amount_home=5)
    company.put("deals", company_id="b", won_at="2025-05-05", amount_home=5)

    assert company.per_record("won", "company") == {"a": (5, 1, "complete")}


def test_a_record_with_rows_of_one_measure_has_none_of_the_other(company: Company) -> None:
    """Who only lost won nothing; what is divided by nothing has no value, but is there."""
    company.pack += kpi("rest", "won - lost", "money") + kpi("loss", "lost / won", "ratio")
    company.put("deals", company_id="a", lost_at="2026-05-05", amount_home=5)
    company.put("deals", company_id="b", won_at="2026-05-05", amount_home=5)

    rest, loss = company.per_record("rest", "company"), company.per_record("loss", "company")
    assert {key: each[0] for key, each in rest.items()} == {"a": -5, "b": 5}
    assert {key: each[0] for key, each in loss.items()} == {"a": None, "b": 0.0}


def test_rows_that_do_not_count_are_no_rows(company: Company) -> None:
    """A deal without an amount gives no revenue, by record as by any cut."""
    company.put("deals", company_id="a", won_at="2026-05-05", amount_home=None)

    assert company.per_record("won", "company") == {}


def test_rows_that_belong_to_no_record_are_left_out(company: Company) -> None:
    """A deal without company is nobody's."""
    company.put("deals", company_id=None, won_at="2026-05-05", amount_home=5)

    assert company.per_record("won", "company") == {}


def test_a_record_is_reached_through_the_person(company: Company) -> None:
    """A stage is a person's, and so their company's; two people of a company are two."""
    for person in ("p", "q"):
        company.put("people", id=person, company_id="a")
        company.put("stage_intervals", person_id=person, started_at="2026-05-05", ended_at=None)
    company.put("stage_intervals", person_id="p", started_at="2026-06-05", ended_at=None)

    found = company.per_record("contacts_in_stage", "company")
    assert found["a"][0] == 2


def test_the_sample_of_different_values_is_as_many(company: Company) -> None:
    """As by cut: two deals of one buyer are a sample of one."""
    for person in ("p", "p", "q"):
        company.put("deals", company_id="a", person_id=person, won_at="2026-05-05")

    assert company.per_record("buyers", "company") == {"a": (2, 2, "complete")}
    assert [each.sample_size for each in company.values("buyers", Grain.EVER)] == [2]


def test_a_record_is_its_own(company: Company) -> None:
    """A person's KPI by person is by the id of the row itself."""
    company.put("people", id="p", created_at="2026-05-05")

    assert company.per_record("people_known", "person") == {"p": (1, 1, "complete")}


def test_immature_values_are_marked(company: Company) -> None:
    """Write-back must leave alone what can still change by time."""
    company.as_of = utc("2027-02-01T12:00")
    company.put("people", id="p", became_mql_at="2026-12-05", became_sql_at="2026-12-06")

    assert company.per_record("converted", "person") == {"p": (1, 1, "immature")}


def test_computing_anew_takes_the_place_of_what_was_there(company: Company) -> None:
    """Records that have no rows any more have no value any more."""
    company.put("deals", company_id="a", won_at="2026-05-05", amount_home=5)
    company.per_record("won", "company")
    company.connection.execute("DELETE FROM resolved.deals")
    company.put("deals", company_id="b", won_at="2026-05-05", amount_home=7)

    assert company.per_record("won", "company") == {"b": (7, 1, "complete")}


def test_values_of_other_records_and_kpis_stay(company: Company) -> None:
    """Only the same KPI, kind of record and grain is replaced."""
    company.put("deals", company_id="a", campaign_id="k", won_at="2026-05-05", amount_home=5)
    company.per_record("won", "company")
    company.per_record("mean_won", "company")
    company.per_record("won", "campaign")

    rows = company.connection.execute(
        'SELECT kpi, "by", record_id FROM computed.record_values ORDER BY ALL'
    ).fetchall()
    assert rows == [("mean_won", "company", "a"), ("won", "campaign", "k"), ("won", "company", "a")]


def test_a_kpi_that_has_no_such_records_is_refused(company: Company) -> None:
    """Costs belong to campaigns; the error says so."""
    question = RecordQuestion(
        kpi="costs",
        by="person",
        period=Period(Grain.EVER, "ever", date(2026, 1, 1), date(2026, 12, 31)),
    )

    with pytest.raises(DefinitionError, match="costs cannot be asked for each person") as caught:
        compute_records(company.connection, company.catalog, question, company.moment)
    assert caught.value.legal == "campaign"
