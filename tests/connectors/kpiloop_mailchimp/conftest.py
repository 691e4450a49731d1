"""A small Mailchimp account on a real socket, and the connector that talks to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop import Clock, Source, SystemClock
from kpiloop.testing import FaultServer
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from support.mailchimp import (
    KEY,
    NOON,
    Account,
    Connect,
    campaign,
    did,
    member,
    recipient,
    report,
    told,
)

ORDER = {
    "id": "o1",
    "customer": {"id": "1", "email_address": "p1@acme.example"},
    "campaign_id": "c1",
    "financial_status": "paid",
    "currency_code": "EUR",
    "order_total": 119.9,
    "processed_at_foreign": told(NOON),
    "cancelled_at_foreign": "",
    "lines": [
        {"id": "1", "product_title": "Pump", "quantity": 2, "price": 50.0, "discount": 0},
        {"id": "2", "product_title": "Hose", "quantity": 1, "price": 19.9, "discount": 0},
    ],
}
CUSTOMER = {
    "id": "9",
    "email_address": "Buyer@acme.example",
    "opt_in_status": False,
    "first_name": "Bea",
    "last_name": "",
    "address": {"city": "Ulm", "country": "Germany", "country_code": "DE"},
    "created_at": told(NOON),
}
RESPONSE = {
    "response_id": "r1",
    "submitted_at": told(NOON),
    "contact": {"email": "p1@acme.example", "contact_id": "c00001"},
}
ANSWER = {
    **RESPONSE,
    "results": [
        {"question_type": "text", "answer": "9 of my friends like it"},
        {"question_type": "range", "answer": "4"},
    ],
}
AD = {
    "id": "f1",
    "name": "Pumps for all",
    "status": "completed",
    "create_time": told(NOON),
    "start_time": told(NOON),
    "published_time": told(NOON),
    "budget": {"total_amount": 250, "currency_code": "EUR"},
    "report_summary": {"reach": 900, "impressions": 1200, "clicks": 31, "likes": 5},
}
PAGE = {
    "id": "p1",
    "url": "https://mailchi.mp/acme.example/pumps",
    "timeseries": {
        "daily_stats": {
            "visits": [{"date": "2026-05-31", "val": 7}, {"date": "2026-06-01", "val": 3}],
            "unique_visits": [{"date": "2026-05-31", "val": 5}],
        }
    },
}
STEP = {
    "id": "e1",
    "workflow_id": "a1",
    "status": "sending",
    "settings": {"title": "Welcome", "subject_line": "Hello"},
    "recipients": {"list_id": "l1"},
}
OUTREACH: dict[str, list[Any]] = {
    "/automations": [{"id": "a1", "settings": {"title": "Welcome series"}, "status": "sending"}],
    "/automations/a1/emails": [STEP],
    "/ecommerce/stores": [{"id": "shop"}],
    "/ecommerce/stores/shop/customers": [CUSTOMER],
    "/ecommerce/stores/shop/orders": [ORDER],
    "/ecommerce/stores/shop/products": [
        {"id": "7", "title": "Pump", "type": "Hydraulics", "variants": [{"id": "7", "sku": "P-7"}]}
    ],
    "/reporting/landing-pages": [PAGE],
    "/reporting/surveys": [{"id": "s1", "list_id": "l1"}],
    "/reporting/surveys/s1/responses": [RESPONSE],
    "/reporting/facebook-ads": [AD],
}


@pytest.fixture
def account() -> Account:
    """An audience of three, of whom one is archived, and a campaign to two of them."""
    who = [member(1), member(2), member(3, status="archived")]
    opened = {"opens_total": 2, "unique_opens": 1, "last_open": did("open")["timestamp"]}
    clicked = {
        "clicks_total": 1,
        "unique_subscriber_clicks": 1,
        "last_click": did("click", 2)["timestamp"],
    }
    activity = [did("open"), did("open"), did("click", 2, url="https://acme.example/pumps")]
    sums = report("c1", opens=opened, clicks=clicked, unsubscribed=1)
    left = {**recipient("c1", 1), "timestamp": did("x", 9)["timestamp"], "reason": "none"}
    return Account(
        lists={
            "/lists": [{"id": "l1", "name": "Newsletter", "stats": {"member_count": 2}}],
            "/lists/l1/members": who,
            "/lists/l1/segments": [{"id": 7, "name": "Fair", "type": "static", "member_count": 1}],
            "/campaigns": [campaign("c1")],
            "/reports": [sums],
            "/reports/c1/email-activity": [recipient("c1", 1, *activity), recipient("c1", 2)],
            "/reports/c1/unsubscribed": [left],
            "/reports/c1/abuse-reports": [],
            **OUTREACH,
        },
        single={
            "/": {"account_name": "Acme", "account_timezone": "Europe/Berlin", "role": "owner"},
            "/campaigns/c1": campaign("c1"),
            "/reports/c1": sums,
            "/reporting/surveys/s1/responses/r1": ANSWER,
        },
    )


@pytest.fixture
def server(account: Account) -> Iterator[FaultServer]:
    """The account, served."""
    with FaultServer(account) as served:
        yield served


@pytest.fixture
def connect(server: FaultServer) -> Iterator[Connect]:
    """Make a connector for the account; settings may be overridden."""
    made: list[Mailchimp] = []

    def make(*, clock: Clock | None = None, share: float = 1.0, **settings: object) -> Mailchimp:
        given: dict[str, Any] = {"api_key": SecretStr(KEY), "base_url": server.base_url, **settings}
        source = Source(name="mailchimp", share=share, clock=clock or SystemClock())
        made.append(Mailchimp(MailchimpSettings(**given), source))
        return made[-1]

    yield make
    for connector in made:
        connector.close()


@pytest.fixture
def mailchimp(connect: Connect) -> Mailchimp:
    """The connector."""
    return connect()
