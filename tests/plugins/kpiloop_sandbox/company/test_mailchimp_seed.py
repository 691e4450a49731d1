"""The demo company's Mailchimp says the same as the company, as far as it knows it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from kpiloop_sandbox.company.mailings import plan_mailings
from kpiloop_sandbox.company.market import TRAINING
from kpiloop_sandbox.company.model import Company, Outcome
from kpiloop_sandbox.company.subscribers import Subscriber, strangers, subscribers_of
from kpiloop_sandbox.mailchimp.members import MemberFilter
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp_seed.load import load_stream


@pytest.fixture(scope="module")
def account(company: Company) -> Iterator[Store]:
    """The company's account."""
    with Store() as store:
        load_stream(store, company.options)
        yield store


@pytest.fixture(scope="module")
def readers(company: Company) -> tuple[Subscriber, ...]:
    """Everybody who reads the company's mailings."""
    mailings = plan_mailings(company.options, company.background.campaigns)
    known = (
        each
        for person in company.people
        for each in subscribers_of(company.options, mailings, person)
    )
    return (*known, *strangers(company.options, mailings))


def members(account: Store) -> list[Document]:
    """Every member of every audience, archived ones too."""
    return [
        member
        for audience in account.all("lists")
        for status in ("", "archived")
        for member in account.members.page(
            MemberFilter(list_id=audience["id"], status=status), 10_000, 0
        )[0]
    ]


def test_every_reader_is_a_member(account: Store, readers: tuple[Subscriber, ...]) -> None:
    """Each address once in an audience, in the case in which it was typed."""
    found = members(account)
    assert Counter(each["email_address"] for each in found) == Counter(
        each.email for each in readers
    )
    assert len({(each["list_id"], each["id"]) for each in found}) == len(found)


def test_all_statuses_are_there(account: Store) -> None:
    """But for transactional ones, which the company does not use."""
    found = Counter(each["status"] for each in members(account))
    assert found.keys() == {"subscribed", "unsubscribed", "cleaned", "pending", "archived"}
    assert found["subscribed"] > sum(found.values()) / 2


def test_reports_count_what_the_readers_did(
    account: Store, readers: tuple[Subscriber, ...]
) -> None:
    """Deliveries, opens, clicks and those who left, over all campaigns."""
    sent = [delivery for each in readers for delivery in each.deliveries]
    totals = [account.deliveries.totals(each["id"]) for each in account.all("campaigns")]
    assert sum(each.sent for each in totals) == len(sent)
    deeds = Counter(act.deed for each in sent for act in each.acts)
    assert sum(each.opens for each in totals) == deeds["open"]
    assert sum(each.clicks for each in totals) == deeds["click"]
    bounced = Counter(each.bounced for each in sent)
    assert sum(each.hard_bounces for each in totals) == bounced["hard"] > 0
    assert sum(each.soft_bounces for each in totals) == bounced["soft"] > 0


def test_the_shops_orders_are_the_crms_deals(account: Store, company: Company) -> None:
    """Training that was sold, with the amounts of the deals, for readable ones."""
    store = account.all("ecommerce/stores")[0]["id"]
    orders = {each["id"]: each for each in account.all(f"ecommerce/stores/{store}/orders")}
    assert orders
    deals = {f"A-{each.key:06d}": each for each in company.deals}
    for key, order in orders.items():
        deal = deals[key]
        assert (deal.product, deal.outcome) == (TRAINING.name, Outcome.WON)
        assert Decimal(str(order["order_total"])) == Decimal(deal.amount or "")
    customers = account.all(f"ecommerce/stores/{store}/customers")
    assert sum(each["orders_count"] for each in customers) == len(orders)


def test_the_survey_is_answered_by_customers(account: Store) -> None:
    """Who answered is a member of the audience of customers, under the same contact id."""
    (survey,) = account.all("reporting/surveys")
    answers = account.all(f"reporting/surveys/{survey['id']}/responses")
    assert len(answers) == survey["total_responses"] > 0
    for answer in answers:
        contact = answer["contact"]
        member = account.members.find(survey["list_id"], contact["contact_id"])
        assert member is not None
        assert member["email_address"] == contact["email"]


def test_the_same_company_gives_the_same_account(account: Store, company: Company) -> None:
    """To the last letter of every member."""
    with Store() as other:
        load_stream(other, company.options)
        assert members(other) == members(account)


def test_landing_pages_tell_the_week_before(account: Store, company: Company) -> None:
    """Seven days, up to the day before the span's end."""
    report = account.all("reporting/landing-pages")[0]
    days = [each["date"] for each in report["timeseries"]["daily_stats"]["visits"]]
    last = company.options.until - timedelta(days=1)
    assert (len(days), days[-1]) == (7, last.isoformat())
