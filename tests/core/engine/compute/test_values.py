"""Values: formulas over measures, what is not known and why, and what a question may ask."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpiloop.engine.compute.compute import compute
from kpiloop.engine.compute.question import Question
from kpiloop.errors import DefinitionError
from kpiloop.kpi.calendar import Grain
from support.resolved_company import Company, utc

PACK = """
[measures.leads]
title = "Leads"
on = "people"
aggregate = "count(*)"
when = "became_lead_at"

[measures.revenue]
title = "Revenue"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[measures.won_deals]
title = "Won deals"
on = "deals"
aggregate = "count(*)"
when = "won_at"

[measures.marketing_cost]
title = "Marketing cost"
on = "costs"
aggregate = "sum(amount_home)"
where = "department = 'marketing'"
when = "cost_day"

[measures.sales_cost]
title = "Sales cost"
on = "costs"
aggregate = "sum(amount_home)"
where = "department = 'sales'"
when = "cost_day"

[kpis.deal_value]
title = "Deal value"
meaning = "Revenue over won deals."
formula = "revenue / won_deals"
unit = "money/deal"

[kpis.lead_cost]
title = "Lead cost"
meaning = "Marketing cost per lead."
formula = "marketing_cost / leads"
unit = "money/person"

[kpis.total_cost]
title = "Total cost"
meaning = "Cost of marketing and sales."
formula = "marketing_cost + sales_cost"
unit = "money"

[kpis.profit]
title = "Profit"
meaning = "Revenue less cost."
formula = "revenue - total_cost"
unit = "money"
"""


@pytest.fixture
def company(company: Company) -> Company:
    """A company with the definitions of this page."""
    company.pack = PACK
    return company


def spend(company: Company, day: str, amount: str, channel: str | None = None, **more: str) -> None:
    """Store what one day costs marketing, where nothing else is said."""
    cost = {"department": "marketing", "channel": channel, **more}
    company.put("costs", cost_day=date.fromisoformat(day), amount_home=Decimal(amount), **cost)


def test_a_quotient_keeps_both_sides(company: Company) -> None:
    """100 over 3 deals is one division in floating point, and its sides stay exact."""
    company.put("deals", won_at="2026-05-05", amount_home=100)
    company.put("deals", won_at="2026-05-05", amount_home=None)
    company.put("deals", won_at="2026-05-05", amount_home=None)
    value = company.one("deal_value", "2026-05")

    assert (value.value, value.numerator, value.denominator) == (100 / 3, 100, 3)
    assert isinstance(value.value, float)
    assert isinstance(value.numerator, Decimal)


def test_nothing_is_divided_by_nothing(company: Company) -> None:
    """Without deals there is no deal value, neither 0 nor infinity, and the reason is named."""
    value = company.one("deal_value", "2026-05")

    assert value.value is None
    assert value.reason == "won_deals is 0"
    assert (value.numerator, value.denominator) == (0, 0)


def test_a_cost_without_rows_is_not_known(company: Company) -> None:
    """It is no 0: nobody said that nothing was spent; and so with all that rests on it."""
    company.put("people", became_lead_at="2026-05-05")

    for kpi in ("marketing_cost", "lead_cost", "total_cost", "profit"):
        value = company.one(kpi, "2026-05")
        assert value.value is None
        assert value.reason == "nothing is known of marketing_cost in 2026-05"


def test_a_sum_with_an_unknown_side_names_that_side(company: Company) -> None:
    """Marketing is known, sales is not."""
    spend(company, "2026-05-05", "10")
    value = company.one("total_cost", "2026-05")

    assert value.value is None
    assert value.reason == "nothing is known of sales_cost in 2026-05"


def test_a_difference_is_exact(company: Company) -> None:
    """0.3 less 0.1 and 0.1 is 0.1 to the last digit."""
    company.put("deals", won_at="2026-05-05", amount_home=Decimal("0.3"))
    spend(company, "2026-05-05", "0.1")
    spend(company, "2026-05-06", "0.1", department="sales")

    assert company.one("profit", "2026-05").value == Decimal("0.1")


def test_a_cost_of_zero_is_known(company: Company) -> None:
    """A row that says 0 says that nothing was spent."""
    spend(company, "2026-05-05", "0")

    value = company.one("marketing_cost", "2026-05")
    assert (value.value, value.reason) == (0, None)


def test_a_channel_without_cost_cost_nothing_where_all_cost_is_assigned(company: Company) -> None:
    """All of May's cost has a channel, so that e-mail really was free."""
    spend(company, "2026-05-05", "10", "ads")
    company.put("people", became_lead_at="2026-05-05", channel="email")

    assert company.by("lead_cost", "channel", period="2026-05") == {("ads",): None, ("email",): 0.0}


def test_a_channel_without_cost_is_unknown_where_some_cost_has_no_channel(
    company: Company,
) -> None:
    """What is not assigned may be e-mail's, and the reason says so."""
    spend(company, "2026-05-05", "10", "ads")
    spend(company, "2026-05-06", "5", None)
    company.put("people", became_lead_at="2026-05-05", channel="email")
    (value,) = (
        each
        for each in company.values("lead_cost", cuts=(("channel",),))
        if each.period.key == "2026-05" and each.dimensions["channel"] == "email"
    )

    assert value.value is None
    assert value.reason == "marketing_cost of 2026-05 is not all assigned to a channel"


def test_a_channel_has_no_cost_in_months_of_which_nothing_is_known(company: Company) -> None:
    """That May is covered says nothing of June."""
    spend(company, "2026-05-05", "10", "ads")

    assert company.by("marketing_cost", "channel", period="2026-06") == {("ads",): None}


def test_unknown_is_a_value_of_its_own_and_the_total_another(company: Company) -> None:
    """Leads without a channel are cut as unknown, and are in the total."""
    for channel in ("ads", "email", None, None):
        company.put("people", became_lead_at="2026-05-05", channel=channel)
    values = company.values("leads", Grain.EVER, cuts=((), ("channel",)))

    assert [(each.dimensions.get("channel", "total"), each.value) for each in values] == [
        ("total", 4),
        ("ads", 1),
        ("email", 1),
        (None, 2),
    ]


def test_several_cuts_and_grains_are_answered_at_once(company: Company) -> None:
    """Each question gets its own answer, whatever else is asked with it."""
    for channel, country in (("ads", "DE"), ("ads", "FR"), ("email", "DE")):
        company.put("people", became_lead_at="2026-05-05", channel=channel, country=country)
        company.put("deals", won_at="2026-06-05", amount_home=7, channel=channel, country=country)
    months = Question(
        kpis=("leads",),
        grains=(Grain.MONTH,),
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
    )
    questions = [
        months,
        replace(
            months,
            kpis=("leads", "revenue"),
            grains=(Grain.YEAR, Grain.QUARTER),
            cuts=(("channel", "country"), ("country",)),
        ),
    ]
    together = list(compute(company.connection, company.catalog, questions, company.moment))
    alone = [
        value
        for each in questions
        for value in compute(company.connection, company.catalog, [each], company.moment)
    ]

    assert together == alone
    assert sum(each.value or 0 for each in together if each.kpi == "leads") == 3 + 4 * 3


def test_dimensions_are_reached_through_what_a_row_refers_to(company: Company) -> None:
    """A person has no industry, their company has; without company it is unknown."""
    company.put("companies", id="c", industry="Steel")
    company.put("people", became_lead_at="2026-05-05", company_id="c")
    company.put("people", became_lead_at="2026-05-05", company_id="gone")

    assert company.by("leads", "industry") == {("Steel",): 1, (None,): 1}


def test_the_own_column_comes_before_that_of_what_is_referred_to(company: Company) -> None:
    """A deal's own country counts, not its company's."""
    company.put("companies", id="c", country="FR")
    company.put("deals", won_at="2026-05-05", amount_home=5, country="DE", company_id="c")

    assert company.by("revenue", "country") == {("DE",): 5}


def test_a_cut_that_a_measure_does_not_have_is_refused(company: Company) -> None:
    """Costs have no country, and the error says which measure, and what is legal."""
    with pytest.raises(DefinitionError) as caught:
        company.values("lead_cost", cuts=(("country",),))

    assert "lead_cost cannot be cut by country: marketing_cost does not have it" in str(
        caught.value
    )
    assert "channel" in caught.value.legal


def test_periods_end_with_the_one_that_holds_the_as_of_time(company: Company) -> None:
    """Of July nothing can be said in June."""
    company.as_of = utc("2026-06-30T21:59")

    assert [each.period.key for each in company.values("leads", Grain.QUARTER)] == [
        "2026-Q1",
        "2026-Q2",
    ]


def test_the_local_day_of_the_as_of_time_counts(company: Company) -> None:
    """When it is still June in London, July has begun in Berlin."""
    company.as_of = utc("2026-06-30T22:00")

    assert company.values("leads")[-1].period.key == "2026-07"


def test_periods_are_whole_where_days_inside_them_are_asked(company: Company) -> None:
    """Asked from May 20 to May 21, May is the whole of May."""
    for day in ("01", "20", "31"):
        company.put("people", became_lead_at=f"2026-05-{day}")
    (may,) = company.values("leads", first="2026-05-20", last="2026-05-21")

    assert (may.value, may.period.first_day) == (3, date(2026, 5, 1))


def test_an_empty_company_has_zeros_and_reasons(company: Company) -> None:
    """There is a value or a reason for every KPI and period, and none for any cut."""
    for kpi in company.catalog.kpis:
        for value in company.values(kpi):
            assert value.value == 0 if value.reason is None else value.value is None
        assert company.values(kpi, cuts=(("channel",),)) == []


def test_days_that_do_not_follow_each_other_give_nothing(company: Company) -> None:
    """A question whose last day is before its first asks for no period."""
    assert company.values("leads", first="2026-05-02", last="2026-05-01") == []


def test_values_say_by_which_definition_and_as_of_when(company: Company) -> None:
    """They can be told apart from values of other definitions and moments."""
    value = company.one("leads", "2026-05")

    assert value.version == company.catalog.kpi("leads").version
    assert value.as_of == company.as_of


def test_two_spans_of_the_whole_time_are_told_apart(company: Company) -> None:
    """`ever` is as long as the question says, also where two questions are asked at once."""
    for day in ("2026-02-05", "2026-05-05"):
        company.put("people", became_lead_at=day)
    spans = [
        Question(
            kpis=("leads",), grains=(Grain.EVER,), first_day=first, last_day=date(2026, 12, 31)
        )
        for first in (date(2026, 1, 1), date(2026, 5, 1))
    ]

    values = compute(company.connection, company.catalog, spans, company.moment)
    assert [each.value for each in values] == [2, 1]
