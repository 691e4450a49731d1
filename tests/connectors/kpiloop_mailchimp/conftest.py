"""A small Mailchimp account on a real socket, and the connector that talks to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop import Clock, Source, SystemClock
from kpiloop.testing import FaultServer
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from support.mailchimp import KEY, Account, Connect, campaign, did, member, recipient, report


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
        },
        single={"/reports/c1": sums},
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
