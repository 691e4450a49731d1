"""Stocks: who and what is there at a moment."""

from decimal import Decimal

import pytest

from kpiloop.kpi.calendar import Grain
from support.resolved_company import Company, utc

PACK = """
[measures.customers]
title = "Customers"
on = "customer_intervals"
aggregate = "count(distinct customer_id)"
from = "started_at"
until = "ended_at"

[measures.sites]
title = "Companies in touch"
on = "stage_intervals"
aggregate = "count(distinct person.company_id)"
from = "started_at"
until = "ended_at"

[measures.people_in_touch]
title = "People in touch"
on = "stage_intervals"
aggregate = "count(distinct person_id)"
from = "started_at"
until = "ended_at"

[measures.pipeline]
title = "Pipeline"
on = "deals"
aggregate = "sum(amount_home)"
from = "created_at"
until = "closed_at"

[kpis.at_start]
title = "Customers at the start"
meaning = "Customers at the start of the period."
formula = "customers_at_start"
unit = "customers"

[kpis.retention]
title = "Retention"
meaning = "Share of the customers at the start who are still there at the end."
formula = "customers_kept / customers_at_start"
unit = "ratio"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the stocks of this page."""
    company.pack = PACK
    return company


def stay(company: Company, who: str, start: str, end: str | None, **more: object) -> None:
    """Store a time as a customer."""
    company.put("customer_intervals", customer_id=who, started_at=start, ended_at=end, **more)


def months(company: Company, kpi: str, first: int, last: int) -> list[object]:
    """The values of some months."""
    return [company.one(kpi, f"2026-{month:02}").value for month in range(first, last + 1)]


def test_one_is_there_from_the_day_of_beginning_to_the_day_of_ending(company: Company) -> None:
    """Who comes on March 10 and leaves on May 10 is there at the ends of March and April."""
    stay(company, "a", "2026-03-10", "2026-05-10")

    assert months(company, "customers", 2, 5) == [0, 1, 1, 0]
    assert months(company, "at_start", 3, 6) == [0, 1, 1, 0]


def test_the_end_of_a_period_is_the_start_of_the_next(company: Company) -> None:
    """Both are read at the same midnight."""
    stay(company, "a", "2026-03-10", "2026-05-10")
    stay(company, "b", "2026-03-31T22:00", None)
    stay(company, "c", "2026-02-01", "2026-04-30T22:00")

    assert months(company, "customers", 1, 11) == months(company, "at_start", 2, 12)


def test_what_begins_at_midnight_belongs_to_the_day_that_begins(company: Company) -> None:
    """At 22:00 UTC April begins in Berlin: who comes then was not there at the end of March."""
    stay(company, "a", "2026-03-31T21:59:59", None)
    stay(company, "b", "2026-03-31T22:00:00", None)

    assert months(company, "customers", 3, 4) == [1, 2]


def test_what_ends_at_midnight_was_there_until_midnight(company: Company) -> None:
    """Who leaves as April begins in Berlin is still there at the end of March."""
    stay(company, "a", "2026-03-01", "2026-03-31T21:59:59")
    stay(company, "b", "2026-03-01", "2026-03-31T22:00:00")

    assert company.one("customers", "2026-03").value == 1


def test_a_running_period_is_read_at_the_as_of_time(company: Company) -> None:
    """Who comes or leaves later that day has not done so yet."""
    company.as_of = utc("2026-05-10T12:00")
    stay(company, "there", "2026-05-10T11:59:59", None)
    stay(company, "comes now", "2026-05-10T12:00:00", None)
    stay(company, "comes later", "2026-05-10T13:00:00", None)
    stay(company, "left", "2026-05-01", "2026-05-10T11:59:59")
    stay(company, "leaves now", "2026-05-01", "2026-05-10T12:00:00")
    stay(company, "leaves later", "2026-05-01", "2026-05-20")

    assert company.one("customers", "2026-05").value == 3


def test_a_stay_of_no_time_is_none(company: Company) -> None:
    """Who leaves at the moment of coming, or before, was never there."""
    stay(company, "a", "2026-03-31T21:00", "2026-03-31T21:00")
    stay(company, "b", "2026-04-02", "2026-03-02")

    assert months(company, "customers", 3, 4) == [0, 0]


def test_a_stay_over_a_change_of_the_clocks_is_there_on_both_sides(company: Company) -> None:
    """The day of 23 hours has one midnight at its beginning and one at its end."""
    stay(company, "a", "2026-03-28T23:00", "2026-03-29T22:00")
    found = {each.period.key: each.value for each in company.values("customers", Grain.DAY)}

    assert [found[f"2026-03-{day}"] for day in (28, 29, 30)] == [0, 1, 0]


def test_amounts_that_are_there_are_added_up(company: Company) -> None:
    """A deal adds to the pipeline from its creation until it is closed."""
    company.put("deals", created_at="2026-02-10", closed_at="2026-04-10", amount_home=Decimal(100))
    company.put("deals", created_at="2026-03-10", closed_at=None, amount_home=Decimal("0.5"))
    company.put("deals", created_at="2026-03-10", closed_at=None, amount_home=None)

    assert months(company, "pipeline", 1, 4) == [0, 100, Decimal("100.5"), Decimal("0.5")]
    assert company.one("pipeline", "2026-03").sample_size == 2


def test_an_id_of_which_several_rows_are_there_counts_once(company: Company) -> None:
    """A company with two people in touch is one company, until the last of them is gone."""
    for number, (start, end) in enumerate(
        (("2026-02-10", "2026-03-10"), ("2026-02-20", "2026-05-10"), ("2026-06-10", None))
    ):
        company.put("people", id=f"p{number}", company_id="a")
        company.put("stage_intervals", person_id=f"p{number}", started_at=start, ended_at=end)

    assert months(company, "sites", 1, 7) == [0, 1, 1, 1, 0, 1, 1]


def test_a_person_in_a_stage_and_with_a_deal_in_one_counts_once(company: Company) -> None:
    """Stages of people and of deals both name the person."""
    for of_entity, start, end in (
        ("people", "2026-02-10", "2026-04-10"),
        ("deals", "2026-03-10", "2026-05-10"),
    ):
        company.put(
            "stage_intervals", of_entity=of_entity, person_id="p", started_at=start, ended_at=end
        )

    assert months(company, "people_in_touch", 1, 5) == [0, 1, 1, 1, 0]


def test_stays_that_meet_are_one(company: Company) -> None:
    """Who changes the stage at midnight is there once, neither twice nor not at all."""
    company.put("people", id="p", company_id="a")
    for start, end in (("2026-03-05", "2026-03-31T22:00"), ("2026-03-31T22:00", None)):
        company.put("stage_intervals", person_id="p", started_at=start, ended_at=end)

    assert months(company, "sites", 2, 5) == [0, 1, 1, 1]


def test_kept_are_those_who_are_there_at_both_ends(company: Company) -> None:
    """Who leaves is not kept, who comes anew was not there, who was away in between was kept."""
    stay(company, "stays", "2026-01-10", None)
    stay(company, "leaves", "2026-01-10", "2026-04-10")
    stay(company, "comes", "2026-04-10", None)
    stay(company, "was away", "2026-01-10", "2026-04-10")
    stay(company, "was away", "2026-04-20", None)
    april = company.one("retention", "2026-04")

    assert (april.numerator, april.denominator, april.value) == (2, 3, 2 / 3)


def test_stocks_are_cut_by_what_the_rows_have(company: Company) -> None:
    """Each value of a dimension has a stock of its own, the unknown one too."""
    stay(company, "a", "2026-01-10", "2026-03-10", channel="email")
    stay(company, "b", "2026-02-10", None, channel="email")
    stay(company, "c", "2026-02-10", None, channel=None)

    assert company.by("customers", "channel", period="2026-02") == {("email",): 2, (None,): 1}
    assert company.by("customers", "channel", period="2026-03") == {("email",): 1, (None,): 1}
    assert company.by("retention", "channel", period="2026-03") == {("email",): 0.5, (None,): 1.0}


def test_what_began_before_the_days_asked_is_there(company: Company) -> None:
    """A stock knows all that ever came, and each row of unknown beginning never did."""
    stay(company, "a", "2019-01-10", None)
    stay(company, "b", "2019-01-10", "2020-01-10")
    company.put("customer_intervals", customer_id="c", started_at=None, ended_at=None)

    assert company.one("customers", "2026-01").value == 1
    assert company.one("at_start", "2026-01").value == 1


def test_rows_are_kept_where_rows_are_counted(company: Company) -> None:
    """A deal is its own id: one of two deals of a company is kept."""
    company.pack = """
[measures.deals]
on = "deals"
aggregate = "count(*)"
from = "created_at"
until = "closed_at"
[kpis.kept]
title = "Deals kept open"
meaning = "Share of the deals open at the start that are open at the end."
formula = "deals_kept / deals_at_start"
unit = "ratio"
"""
    company.put("deals", company_id="a", created_at="2026-03-10", closed_at="2026-04-10")
    company.put("deals", company_id="a", created_at="2026-03-10", closed_at=None)

    assert company.one("kept", "2026-04").value == 0.5


def test_an_id_with_two_stays_is_kept_while_one_of_them_lasts(company: Company) -> None:
    """Company a loses one of two people, b both, and comes back too late."""
    company.pack += """
[kpis.sites_kept_rate]
title = "Companies kept"
meaning = "Share of the companies in touch at the start that are so at the end."
formula = "sites_kept / sites_at_start"
unit = "ratio"
"""
    for person, company_id, start, end in (
        ("p", "a", "2026-03-10", "2026-04-10"),
        ("q", "a", "2026-03-10", None),
        ("r", "b", "2026-03-10", "2026-04-10"),
        ("s", "b", "2026-03-10", "2026-04-20"),
        ("t", "b", "2026-05-01", None),
    ):
        company.put("people", id=person, company_id=company_id)
        company.put("stage_intervals", person_id=person, started_at=start, ended_at=end)
    april = company.one("sites_kept_rate", "2026-04")

    assert (april.numerator, april.denominator) == (1, 2)
