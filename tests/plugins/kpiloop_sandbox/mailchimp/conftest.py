"""A small account behind a real socket, and the official SDK pointed at it."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import mailchimp_marketing
import pytest
import requests

from kpiloop_sandbox.mailchimp.objects import (
    StoredAct,
    StoredAudience,
    StoredCampaign,
    StoredDelivery,
    StoredField,
    StoredMember,
)
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from support.mailchimp_contract import Contract

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIST, OTHER_LIST = "aaaaaaaaaa", "bbbbbbbbbb"
SENT, TESTED, DRAFT = "cccccccccc", "dddddddddd", "eeeeeeeeee"
LINK = "https://www.acme.example/demo"
MEMBERS = 25
FIELDS = (
    StoredField(tag="FNAME", name="First Name"),
    StoredField(tag="LNAME", name="Last Name"),
    StoredField(tag="COUNTRY", name="Country"),
    StoredField(tag="SEATS", name="Seats", type="number"),
    StoredField(tag="ADDRESS", name="Address", type="address"),
)

Ask = Callable[..., requests.Response]


def email_of(number: int) -> str:
    """The address of a member; every third is written with capitals."""
    return f"Person{number}@Acme.Example" if number % 3 == 0 else f"person{number}@acme.example"


def member(number: int, **more: Any) -> StoredMember:
    """Member 0 was changed last at START, each later one a minute after."""
    moment = START + timedelta(minutes=number)
    traits: dict[str, Any] = {"status": "subscribed", "opted_at": moment, "list_id": LIST}
    return StoredMember(
        **traits
        | {
            "email": email_of(number),
            "signed_up_at": moment,
            "changed_at": moment,
            "merge_fields": {"FNAME": f"Person {number}", "LNAME": "Klein", "ADDRESS": ""},
            "tags": ("Event guest",) if number % 5 == 0 else (),
        }
        | more
    )


def members() -> list[StoredMember]:
    """25 members: 20 subscribed and one of each other status, and one in another audience."""
    others = ("unsubscribed", "cleaned", "pending", "archived", "transactional")
    return [
        *(member(number) for number in range(MEMBERS - len(others))),
        *(member(MEMBERS - 5 + place, status=status) for place, status in enumerate(others)),
        member(0, list_id=OTHER_LIST),
    ]


def campaigns() -> list[StoredCampaign]:
    """One that was sent, one whose subjects were tested, and a draft."""
    return [
        StoredCampaign(
            id=SENT, list_id=LIST, title="January", subjects=("Hello",),
            created_at=START, sent_at=START + timedelta(days=1), utm_campaign="january",
        ),
        StoredCampaign(
            id=TESTED, list_id=LIST, title="February", subjects=("Hello", "Good day"),
            created_at=START + timedelta(days=30), sent_at=START + timedelta(days=31),
        ),
        StoredCampaign(
            id=DRAFT, list_id=LIST, title="March", subjects=("",),
            created_at=START + timedelta(days=59),
        ),
    ]  # fmt: skip


def deliveries() -> list[StoredDelivery]:
    """January at 20 recipients: 0 opened twice and clicked, 1 is a machine, 2 and 3 bounced."""
    sent = START + timedelta(days=1)
    acts = {
        0: (
            StoredAct(action="open", at=sent + timedelta(minutes=10), ip="203.0.113.9"),
            StoredAct(action="click", at=sent + timedelta(minutes=11), url=LINK),
            StoredAct(action="open", at=sent + timedelta(minutes=30)),
        ),
        1: (
            StoredAct(action="open", at=sent + timedelta(minutes=1), is_machine=True),
            StoredAct(action="click", at=sent + timedelta(minutes=1), url=LINK, is_machine=True),
        ),
        2: (StoredAct(action="bounce", at=sent, kind="hard"),),
        3: (StoredAct(action="bounce", at=sent, kind="soft"),),
    }
    left = sent + timedelta(hours=1)
    return [
        StoredDelivery(
            campaign_id=SENT,
            email=email_of(number),
            status={2: "hard", 3: "soft"}.get(number, "sent"),
            acts=acts.get(number, ()),
            unsubscribed_at=left if number in {4, 5} else None,
            reason="None given" if number in {4, 5} else "",
            complained_at=left if number == 5 else None,
        )
        for number in range(20)
    ]


def seed(store: Store) -> None:
    """Two audiences, their members, three campaigns and one delivery."""
    store.load_audiences(
        StoredAudience(id=key, name=name, created_at=START, fields=FIELDS)
        for key, name in ((LIST, "Newsletter"), (OTHER_LIST, "Customers"))
    )
    store.load_members(members())
    store.load_campaigns(campaigns())
    store.load_deliveries(deliveries())


@pytest.fixture
def store() -> Iterator[Store]:
    """A seeded account of the test's own."""
    with Store() as store:
        seed(store)
        yield store


@pytest.fixture
def sandbox(store: Store) -> Iterator[MailchimpSandbox]:
    """The account behind a socket; what passes is held against the vendor's document."""
    with judged(MailchimpSandbox(store)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def library() -> Iterator[MailchimpSandbox]:
    """One account for all tests that only read."""
    with Store() as store:
        seed(store)
        with judged(MailchimpSandbox(store)) as sandbox:
            yield sandbox


@contextmanager
def judged(sandbox: MailchimpSandbox) -> Generator[MailchimpSandbox]:
    """A running sandbox of which every request and answer fits the vendor's document."""
    contract = Contract()
    sandbox.app = contract.watching(sandbox.app)
    with sandbox:
        yield sandbox
    assert contract.violations == []


def client_of(sandbox: MailchimpSandbox) -> Any:
    """The vendor's own client, which knows nothing of the sandbox but its host."""
    client = mailchimp_marketing.Client({"api_key": DEFAULT_KEY, "server": "us6"})
    client.api_client.host = sandbox.api_url
    return client


@pytest.fixture
def sdk(sandbox: MailchimpSandbox) -> Any:
    """The vendor's client of the test's own account."""
    return client_of(sandbox)


@pytest.fixture
def reader(library: MailchimpSandbox) -> Any:
    """The vendor's client of the account that nobody changes."""
    return client_of(library)


@contextmanager
def asking(sandbox: MailchimpSandbox) -> Generator[Ask]:
    """`ask("GET", path, key=…, json=…)`: one request of a plain HTTP client below `/3.0`."""
    with requests.Session() as session:

        def ask(method: str, path: str, *, key: str = DEFAULT_KEY, **more: Any) -> Any:
            auth = ("anybody", key) if key else None
            url = sandbox.api_url + path
            return session.request(method, url, auth=auth, timeout=10, **more)

        yield ask


@pytest.fixture
def ask(sandbox: MailchimpSandbox) -> Iterator[Ask]:
    """A client of the test's own account."""
    with asking(sandbox) as ask:
        yield ask


@pytest.fixture
def look(library: MailchimpSandbox) -> Iterator[Ask]:
    """A client of the account that nobody changes."""
    with asking(library) as ask:
        yield ask
