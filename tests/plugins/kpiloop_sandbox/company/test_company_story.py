"""The KPIs of the demo company tell the story that its authors wrote."""

from collections import Counter
from datetime import date
from itertools import pairwise
from statistics import median

import pytest

from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.model import Channel, Company, Outcome, Stage
from kpiloop_sandbox.company.options import CompanyOptions


@pytest.fixture(scope="module")
def large() -> Company:
    """A company that is large enough for its averages to be its story."""
    return generate(CompanyOptions(until=date(2026, 11, 1), contacts=12_000))


def _reached(company: Company, stage: Stage) -> Counter[Channel]:
    return Counter(
        person.source.channel
        for person in company.people
        if any(change.stage == stage for change in person.stages)
    )


def test_paid_social_brings_many_leads_and_few_sqls(company: Company) -> None:
    """Paid social is among the two largest channels by leads and the worst by leads to SQL."""
    leads, sqls = _reached(company, Stage.LEAD), _reached(company, Stage.SQL)
    rates = {channel: sqls[channel] / leads[channel] for channel in leads}
    assert Channel.PAID_SOCIAL in dict(leads.most_common(2))
    assert rates[Channel.PAID_SOCIAL] < 0.06
    assert rates[Channel.PAID_SOCIAL] < min(
        rate for channel, rate in rates.items() if channel not in (Channel.PAID_SOCIAL, "social")
    )


def test_referrals_are_few_and_good(large: Company) -> None:
    """Referrals turn into customers more often than those of any other channel."""
    leads, customers = _reached(large, Stage.LEAD), _reached(large, Stage.CUSTOMER)
    rates = {channel: customers[channel] / leads[channel] for channel in leads}
    assert max(rates, key=rates.__getitem__) is Channel.REFERRAL
    assert leads[Channel.REFERRAL] < leads.total() / 10


def test_holidays_are_quiet_and_weekends_quieter(large: Company) -> None:
    """August and December bring fewer people than their neighbours, Sundays than Tuesdays."""
    months = Counter((p.created_at.year, p.created_at.month) for p in large.people)
    for year in (2025, 2026):
        assert months[year, 8] < min(months[year, 7], months[year, 9])
    assert months[2025, 12] < min(months[2025, 11], months[2026, 1])
    weekdays = Counter(person.created_at.weekday() for person in large.people)
    assert weekdays[6] < weekdays[1] / 2


def test_the_second_year_is_busier(large: Company) -> None:
    """The company grows: the second year brings at least a quarter more people."""
    first = sum(person.created_at.date() < date(2025, 11, 1) for person in large.people)
    assert large.facts.contacts - first > first * 1.25


def test_large_sales_take_longer(large: Company) -> None:
    """An enterprise deal takes several times as long as one for the starter product."""
    days = {
        product: median(
            (deal.closes_at - deal.created_at).days
            for deal in large.deals
            if deal.product == product
            and deal.outcome is Outcome.WON
            and deal.pipeline == "new_business"
        )
        for product in ("Starter", "Enterprise")
    }
    assert days["Enterprise"] > 3 * days["Starter"]


def test_some_customers_order_again_and_others_fall_silent(company: Company) -> None:
    """Between a third and four fifths of all customers have ordered more than once."""
    facts = company.facts
    share = facts.customers_with_repeat_orders / facts.customers
    assert 1 / 3 < share < 4 / 5


def test_ladders_have_detours(company: Company) -> None:
    """Some people go back a stage, and some leave one out."""
    assert company.facts.steps_back > 100
    assert company.facts.skipped_stages > 10


def test_people_with_a_campaign_came_while_it_ran(company: Company) -> None:
    """Everybody's UTM campaign exists, is of their channel, and ran on the day they came."""
    campaigns = {each.utm_campaign: each for each in company.background.campaigns}
    tagged = [person for person in company.people if person.source.utm_campaign]
    assert len(tagged) > 500
    for person in tagged:
        campaign = campaigns[person.source.utm_campaign]
        assert campaign.channel is person.source.channel
        assert campaign.first_day <= person.created_at.date() <= campaign.last_day


def test_campaigns_cost_about_what_their_budgets_say(company: Company) -> None:
    """Spend is booked month by month up to now, and ended campaigns end near their budgets."""
    until = company.options.until
    campaigns = company.background.campaigns
    assert [each.key for each in campaigns] == list(range(len(campaigns)))
    assert all(a.first_day <= b.first_day for a, b in pairwise(campaigns))
    for campaign in campaigns:
        budget = sum(item.amount for item in campaign.budget)
        spend = sum(item.amount for item in campaign.spend)
        assert all(item.booked_at <= company.options.end for item in campaign.spend)
        if campaign.last_day < until:
            assert 0.7 * float(spend) < float(budget) < 1.4 * float(spend)


def test_campaigns_differ_in_quality(company: Company) -> None:
    """The best campaign is at least half as good again as the worst."""
    qualities = [campaign.quality for campaign in company.background.campaigns]
    assert max(qualities) > 1.5 * min(qualities)
