"""Marketing e-mails, what is counted of them, and what became of them at each recipient."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredEmail
from kpiloop_sandbox.hubspot.routes.email_events import events_of
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import NOON
from support.hubspot_home import Home

WELCOME, DRAFT = "7001", "7002"
MINUTE = timedelta(minutes=1)


def event(kind: str, number: int, **body: object) -> Happening:
    """One event, so many minutes after noon."""
    return Happening(
        collection=events_of(kind),
        at=to_ms(NOON + number * MINUTE),
        id=f"{kind.lower()}-{number}",
        body={
            "recipient": f"p{number}@customer.example",
            "emailCampaignId": 55,
            **body,
        },
    )


@pytest.fixture
def home(empty_home: Home) -> Home:
    """An e-mail that was sent, and one that was not."""
    draft = StoredEmail(
        id=DRAFT,
        name="Draft",
        subject="Hello",
        campaign_id=56,
        state="DRAFT",
        created_at=NOON,
        publish_at=NOON,
    )
    counters = {"sent": 10, "delivered": 9, "open": 4, "click": 1, "bounce": 1}
    welcome = replace(
        draft,
        id=WELCOME,
        campaign_id=55,
        state="PUBLISHED",
        type="AUTOMATED_EMAIL",
        counters=counters,
    )
    empty_home.store.load_emails([welcome, draft])
    return empty_home


def test_all_emails_are_read_and_a_draft_was_never_sent(home: Home) -> None:
    """A draft's date of publication is only planned."""
    home.pull("emails")
    columns = "id, kind, status, sent_at IS NULL"
    assert home.rows(f"SELECT {columns} FROM pulled.emails ORDER BY id") == [
        (WELCOME, "automated", "published", False),
        (DRAFT, "regular", "draft", True),
    ]


def test_statistics_are_read_in_a_pass_of_their_own(home: Home) -> None:
    """A list with statistics silently leaves e-mails out, which must not look deleted."""
    home.pull("emails", "email_totals")
    home.pull("emails", "email_totals")
    assert home.rows("SELECT count(*) FROM pulled.emails WHERE deleted_at IS NULL") == [(2,)]
    query = "SELECT kind, amount FROM pulled.email_totals WHERE parent_id = '7001' ORDER BY kind"
    assert home.rows(query) == [
        ("bounce", 1),
        ("complaint", 0),
        ("delivered", 9),
        ("sent", 10),
        ("unique_click", 1),
        ("unique_open", 4),
        ("unsubscribe", 0),
    ]


def test_events_are_known_by_the_common_words(home: Home) -> None:
    """Each type that counts has its kind; a click has its link."""
    home.store.happenings.load(
        [
            event("SENT", 1),
            event("DELIVERED", 2),
            event("OPEN", 3),
            event("CLICK", 4, url="https://www.acme.example/offer"),
            event("SPAMREPORT", 5),
            event("DEFERRED", 6),
        ]
    )
    home.pull("email_events")
    assert home.rows("SELECT kind, link FROM pulled.email_events ORDER BY happened_at") == [
        ("sent", None),
        ("delivered", None),
        ("open", None),
        ("click", "https://www.acme.example/offer"),
        ("complaint", None),
    ]


def test_an_event_names_a_campaign_that_leads_to_its_email(
    home: Home, sandbox: HubspotSandbox
) -> None:
    """It is asked once for each campaign, not for each event; one that is gone is not known."""
    home.store.happenings.load([*(event("OPEN", number) for number in range(5))])
    home.store.happenings.load([event("OPEN", 9, emailCampaignId=99)])
    home.pull("email_events")
    query = "SELECT parent_id, count(*) FROM pulled.email_events GROUP BY ALL ORDER BY ALL"
    assert home.rows(query) == [(WELCOME, 5), (None, 1)]
    assert sandbox.counters.requests["GET /email/public/campaigns/{id}"] == 2


def test_a_filtered_event_is_a_machines(home: Home) -> None:
    """HubSpot marks what programs open and click; where it says nothing, nobody knows."""
    home.store.happenings.load(
        [
            event("OPEN", 1, filteredEvent=True),
            event("OPEN", 2, filteredEvent=False),
            event("OPEN", 3),
        ]
    )
    home.pull("email_events")
    query = "SELECT is_machine FROM pulled.email_events ORDER BY happened_at"
    assert home.rows(query) == [(True,), (False,), (None,)]


def test_a_bounce_is_hard_or_soft_by_the_servers_status(home: Home) -> None:
    """A status that begins with 5 is final, one with 4 is not."""
    home.store.happenings.load(
        [event("BOUNCE", 1, status="5.1.1"), event("BOUNCE", 2, status="4.2.2"), event("BOUNCE", 3)]
    )
    home.pull("email_events")
    query = "SELECT bounce_kind FROM pulled.email_events ORDER BY happened_at"
    assert home.rows(query) == [("hard",), ("soft",), (None,)]


def test_a_change_of_subscription_counts_where_it_ends_one(home: Home) -> None:
    """Who subscribes causes the same type of event, and so does who leaves one list."""
    home.store.happenings.load(
        [
            event("STATUSCHANGE", 1, portalSubscriptionStatus="UNSUBSCRIBED"),
            event("STATUSCHANGE", 2, portalSubscriptionStatus="SUBSCRIBED"),
            event("STATUSCHANGE", 3, subscriptions=[{"id": 7, "status": "UNSUBSCRIBED"}]),
        ]
    )
    home.pull("email_events")
    query = "SELECT email FROM pulled.email_events WHERE kind = 'unsubscribe' ORDER BY email"
    assert home.rows(query) == [("p1@customer.example",), ("p3@customer.example",)]


def test_events_are_asked_for_in_a_window_of_milliseconds(home: Home) -> None:
    """A second pull asks for what came since, a little before it again, and knows it all."""
    home.store.happenings.load(event("OPEN", number) for number in range(3_000))
    assert home.pull("email_events").counts.new == 3_000
    home.store.happenings.load([event("OPEN", 3_001)])
    counts = home.counts("email_events")
    assert counts.new == 1
    assert counts.read < 100
