"""What Mailchimp knows besides campaigns: stores, automations, pages, surveys and ads."""

from datetime import date
from decimal import Decimal

import pytest

from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import NOON, Account, Connect, records_of


def test_an_order_and_its_lines(mailchimp: Mailchimp) -> None:
    """The order's product is that of its dearest line; a line costs pieces times price."""
    order, pump, hose = records_of(mailchimp, "orders")
    assert (order.id, order.email, order.campaign_id) == ("shop:o1", "p1@acme.example", "c1")
    assert (order.amount, order.currency, order.status) == (Decimal("119.9"), "EUR", "paid")
    assert (order.product, order.ordered_at) == ("Pump", NOON)
    assert (pump.id, pump.parent_id, pump.amount) == ("shop:o1:1", "shop:o1", 100)
    assert (hose.product, hose.quantity, hose.amount) == ("Hose", 1, Decimal("19.9"))


def test_who_bought_is_a_contact_without_having_subscribed(mailchimp: Mailchimp) -> None:
    """Who did not opt in has not opted out."""
    [customer] = records_of(mailchimp, "customers")
    assert (customer.id, customer.email, customer.country) == (
        "shop:9",
        "Buyer@acme.example",
        "DE",
    )
    assert (customer.first_name, customer.last_name, customer.created_at) == ("Bea", None, NOON)
    assert customer.opted_out is None


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("", "paid"),
        ("PENDING", "pending"),
        ("refunded", "refunded"),
        ("partially_refunded", "paid"),
        ("in clarification",) * 2,
    ],
)
def test_the_financial_status_is_free_text(
    mailchimp: Mailchimp, account: Account, told: str, status: str
) -> None:
    """Known words are translated, no word means paid, and others stay as they are."""
    account.lists["/ecommerce/stores/shop/orders"][0]["financial_status"] = told
    assert records_of(mailchimp, "orders")[0].status == status


def test_a_product(mailchimp: Mailchimp) -> None:
    """Its stock number is that of its first variant."""
    [product] = records_of(mailchimp, "products")
    assert (product.id, product.name, product.sku) == ("shop:7", "Pump", "P-7")


def test_an_automation_and_its_e_mails(mailchimp: Mailchimp) -> None:
    """An automation is a campaign; its reports and activity come as those of any e-mail."""
    [automation] = records_of(mailchimp, "automations")
    [email] = records_of(mailchimp, "automation_emails")
    assert (automation.id, automation.channel) == ("a1", "email")
    assert (email.campaign_id, email.kind, email.subject) == ("a1", "automated", "Hello")


def test_the_traffic_of_a_landing_page_by_day(mailchimp: Mailchimp) -> None:
    """A day is told where visits or visitors are."""
    first, second = records_of(mailchimp, "landing_pages")
    assert (first.first_day, first.visits, first.visitors) == (date(2026, 5, 31), 7, 5)
    assert (second.page, second.visits, second.visitors) == ("/acme.example/pumps", 3, None)


def test_an_answer_to_a_survey(mailchimp: Mailchimp) -> None:
    """Who answered stands in the list; what, in the answer itself, of which a number is kept."""
    [response] = records_of(mailchimp, "survey_responses")
    assert (response.id, response.contact_id, response.survey_id) == ("s1:r1", "l1:c00001", "s1")
    [score] = records_of(mailchimp, "survey_scores", ids=("s1:r1",))
    assert (score.id, score.score, score.email) == ("s1:r1", 4, None)
    assert (response.kind, response.highest) == ("custom", None)


def test_the_settings_say_what_a_survey_measures(connect: Connect) -> None:
    """Mailchimp does not: without its scale a number means nothing."""
    [response] = records_of(connect(surveys={"s1": "nps"}), "survey_responses")
    assert (response.kind, response.lowest, response.highest) == ("nps", 0, 10)


def test_an_advertisement(mailchimp: Mailchimp) -> None:
    """It is a campaign with a budget, and a post with what came back."""
    campaign, post = records_of(mailchimp, "facebook_ads")
    assert (campaign.channel, campaign.budget, campaign.currency) == ("paid_social", 250, "EUR")
    assert (post.campaign_id, post.reach, post.clicks, post.network) == ("f1", 900, 31, "facebook")
