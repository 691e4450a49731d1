"""Flows: events inside the period, by the local day on which they happened."""

from decimal import Decimal

from kpiloop.kpi.calendar import Grain
from support.resolved_company import Company

PACK = """
[measures.leads]
title = "Leads"
on = "people"
aggregate = "count(*)"
when = "became_lead_at"

[measures.german_leads]
title = "German leads"
on = "people"
aggregate = "count(*)"
when = "became_lead_at"
where = "country = 'DE'"

[measures.companies_with_leads]
title = "Companies with leads"
on = "people"
aggregate = "count(distinct company_id)"
when = "became_lead_at"

[measures.revenue]
title = "Revenue"
on = "deals"
aggregate = "sum(amount_home)"
when = "won_at"

[measures.mean_deal]
title = "Mean deal"
on = "deals"
aggregate = "avg(amount_home)"
when = "won_at"

[measures.least_deal]
title = "Least deal"
on = "deals"
aggregate = "min(amount_home)"
when = "won_at"

[measures.largest_deal]
title = "Largest deal"
on = "deals"
aggregate = "max(amount_home)"
when = "won_at"

[measures.middle_deal]
title = "Middle deal"
on = "deals"
aggregate = "median(amount_home)"
when = "won_at"

[measures.days_to_win]
title = "Days to win"
on = "deals"
aggregate = "avg(days_between(created_at, won_at))"
when = "won_at"
"""


def test_an_event_counts_on_its_local_day_in_winter_and_in_summer(company: Company) -> None:
    """Midnight in Berlin is 23:00 UTC before the clocks change, and 22:00 UTC after it."""
    company.pack = PACK
    for moment in ("2026-01-31T22:59", "2026-01-31T23:00", "2026-06-30T21:59", "2026-06-30T22:00"):
        company.put("people", became_lead_at=moment)

    assert company.by_period("leads") == {"2026-01": 1, "2026-02": 1, "2026-06": 1, "2026-07": 1}


def test_the_days_on_which_the_clocks_change_are_whole_days(company: Company) -> None:
    """March 29 has 23 hours and October 25 has 25, and each minute of both belongs to one day."""
    company.pack = PACK
    for moment in (
        *("2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"),
        *("2026-10-24T21:59", "2026-10-24T22:00", "2026-10-25T22:59", "2026-10-25T23:00"),
    ):
        company.put("people", became_lead_at=moment)

    assert company.by_period("leads", Grain.DAY) == {
        "2026-03-28": 1,
        "2026-03-29": 2,
        "2026-03-30": 1,
        "2026-10-24": 1,
        "2026-10-25": 2,
        "2026-10-26": 1,
    }


def test_rows_without_the_moment_are_no_events(company: Company) -> None:
    """Who never became a lead is not counted."""
    company.pack = PACK
    company.put("people", became_lead_at=None)

    assert company.one("leads", "2026-05").value == 0


def test_a_filter_keeps_the_rows_of_which_it_holds(company: Company) -> None:
    """Unknown is not Germany."""
    company.pack = PACK
    for country in ("DE", "DE", "FR", None):
        company.put("people", became_lead_at="2026-05-05", country=country)

    assert company.one("german_leads", "2026-05").value == 2


def test_ids_are_counted_once_for_each_period_and_never_added_up(company: Company) -> None:
    """A company with leads in two months counts in each, and once in the year."""
    company.pack = PACK
    for month, company_id in (("04", "a"), ("04", "a"), ("05", "a"), ("05", "b"), ("05", None)):
        company.put("people", became_lead_at=f"2026-{month}-05", company_id=company_id)

    assert company.by_period("companies_with_leads") == {"2026-04": 1, "2026-05": 2}
    assert company.by_period("companies_with_leads", Grain.YEAR) == {"2026": 2}
    assert company.one("companies_with_leads", "2026-05").sample_size == 2


def test_sums_are_exact_to_the_last_digit(company: Company) -> None:
    """Ten thousandths add up as decimals do."""
    company.pack = PACK
    for _ in range(10):
        company.put("deals", won_at="2026-05-05", amount_home=Decimal("0.1001"))

    assert company.one("revenue", "2026-05").value == Decimal("1.0010")


def test_a_mean_keeps_the_sum_and_the_number_that_it_is_made_of(company: Company) -> None:
    """It is one division of an exact sum, and rows without a value are in neither."""
    company.pack = PACK
    for amount in (1, 1, 2, None):
        company.put("deals", won_at="2026-05-05", amount_home=amount)
    mean = company.one("mean_deal", "2026-05")

    assert mean.value == 4 / 3
    assert (mean.numerator, mean.denominator, mean.sample_size) == (4, 3, 3)


def test_a_mean_over_a_year_is_not_the_mean_of_its_months(company: Company) -> None:
    """Each deal weighs the same, however many there are in its month."""
    company.pack = PACK
    for month, amount in (("04", 10), ("05", 40), ("05", 40)):
        company.put("deals", won_at=f"2026-{month}-05", amount_home=amount)

    assert company.by_period("mean_deal", Grain.YEAR) == {"2026": 30.0}


def test_extremes_and_the_middle_are_of_all_rows_of_the_period(company: Company) -> None:
    """Of 10, 20 and 70 over two days the least is 10, the largest 70, the middle one 20."""
    company.pack = PACK
    for day, amount in (("05", 70), ("05", 10), ("06", 20)):
        company.put("deals", won_at=f"2026-05-{day}", amount_home=amount)

    assert company.one("least_deal", "2026-05").value == 10
    assert company.one("largest_deal", "2026-05").value == 70
    assert company.one("middle_deal", "2026-05").value == 20


def test_without_rows_a_mean_or_an_extreme_has_no_value(company: Company) -> None:
    """Nothing has no middle, and the reason says that there were no rows."""
    company.pack = PACK

    for kpi in ("mean_deal", "least_deal", "largest_deal", "middle_deal"):
        value = company.one(kpi, "2026-05")
        assert value.value is None
        assert value.reason == f"no rows for {kpi}"


def test_without_rows_what_was_counted_or_sold_is_nothing(company: Company) -> None:
    """An absent count or sum of sales is 0."""
    company.pack = PACK

    assert company.one("leads", "2026-05").value == 0
    assert company.one("revenue", "2026-05").value == 0


def test_days_between_are_local_days(company: Company) -> None:
    """From 23:30 to 0:30 in Berlin is one day, though both moments have one date in UTC."""
    company.pack = PACK
    company.put("deals", created_at="2026-05-05T21:30", won_at="2026-05-05T22:30")

    assert company.one("days_to_win", "2026-05").value == 1.0


def test_days_add_up_to_weeks_months_quarters_and_years(company: Company) -> None:
    """What adds up does so over any grain, the first and last days of each included."""
    company.pack = PACK
    for day in ("2026-01-01", "2026-03-31", "2026-04-01", "2026-06-30", "2026-12-30"):
        company.put("people", became_lead_at=day)
        company.put("people", became_lead_at=day)

    for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR, Grain.EVER):
        assert sum(each.value or 0 for each in company.values("leads", grain)) == 10
    assert company.by_period("leads", Grain.QUARTER) == {"2026-Q1": 4, "2026-Q2": 4, "2026-Q4": 2}
