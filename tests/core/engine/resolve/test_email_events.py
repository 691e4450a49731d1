"""What e-mail did: events that find their people, and deliveries that are counted once."""

from datetime import datetime

import pytest

from support.pulled_company import Pulled

SENT = "2026-03-02T08:00"


def happens(pulled: Pulled, kind: str, at: str = SENT, **values: object) -> None:
    """Store an event of the e-mail `m`."""
    pulled.put("email_events", kind=kind, happened_at=at, **{"parent_id": "m", **values})


def test_an_event_is_of_the_contact_that_the_system_names(pulled: Pulled) -> None:
    """The contact's id goes before the address."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="b@x.example")
    happens(pulled, "open", contact_id="2", email="a@x.example")
    pulled.resolve()

    assert pulled.only("email_events", "person_id") == ("crm:2",)


def test_an_event_without_contact_is_of_who_has_the_address(pulled: Pulled) -> None:
    """However the address is spelled, and in whatever system the contact is."""
    pulled.contact("1", email="a@x.example")
    happens(pulled, "open", source="news", email=" A@X.example")
    pulled.resolve()

    assert pulled.only("email_events", "id, person_id, email_message_id") == (
        "news:2",
        "crm:1",
        "news:m",
    )


def test_an_event_of_a_merged_contact_is_of_the_one_that_is_left(pulled: Pulled) -> None:
    """By its former id; its former address a system that is read anew may not tell any more."""
    pulled.contact("1", email="a@x.example", merged_ids="2")
    pulled.contact("2", email="old@x.example", deleted_at="2026-02-01")
    happens(pulled, "open", contact_id="2")
    happens(pulled, "click", email="old@x.example")
    pulled.resolve()

    found = dict(pulled.found("email_events", "kind, person_id"))
    assert found == {"open": "crm:1", "click": None}


def test_an_event_of_nobody_known_counts_all_the_same(pulled: Pulled) -> None:
    """A recipient who is no contact any more was one when it was sent."""
    happens(pulled, "sent", email="gone@x.example")
    pulled.resolve()

    assert pulled.only("deliveries", "id, person_id") == ("crm:m>gone@x.example", None)


def test_own_staff_has_no_email_events(pulled: Pulled) -> None:
    """Neither as contacts that are excluded, nor as addresses alone."""
    pulled.contact("1", email="me@acme.example")
    happens(pulled, "open", contact_id="1")
    happens(pulled, "open", email="you@ACME.example")
    happens(pulled, "open", email="a@x.example")
    pulled.resolve(excluded_addresses=("*@acme.example",))

    assert pulled.found("deliveries", "id") == [("crm:m>a@x.example",)]


def test_an_event_has_the_campaign_and_variant_of_its_email(pulled: Pulled) -> None:
    """Unless it tells its own."""
    pulled.put("emails", id="m", campaign_id="spring", variant="A")
    happens(pulled, "open")
    happens(pulled, "open", campaign_id="autumn", variant="B")
    pulled.resolve()

    assert pulled.found("email_events", "campaign_id, variant") == [
        ("crm:autumn", "B"),
        ("crm:spring", "A"),
    ]


def test_a_recipient_opens_an_email_once(pulled: Pulled) -> None:
    """A delivery has the first time of each thing, over all contacts that are one person."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="A@x.example")
    happens(pulled, "sent", contact_id="1")
    happens(pulled, "open", "2026-03-04", contact_id="1")
    happens(pulled, "open", "2026-03-03", contact_id="2")
    happens(pulled, "click", "2026-03-05", email="a@x.example")
    pulled.resolve()

    assert pulled.only("deliveries", "person_id, sent_at, opened_day, clicked_day") == (
        "crm:1",
        datetime.fromisoformat(SENT),
        datetime(2026, 3, 3).date(),  # noqa: DTZ001 - a day
        datetime(2026, 3, 5).date(),  # noqa: DTZ001 - a day
    )


def test_a_person_with_two_addresses_gets_an_email_twice(pulled: Pulled) -> None:
    """It bounces at one of them, and is delivered at the other."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="b@x.example", same_as="1")
    happens(pulled, "sent", email="a@x.example")
    happens(pulled, "bounce", email="a@x.example")
    happens(pulled, "sent", contact_id="2")
    pulled.resolve()

    assert pulled.found("deliveries", "id, person_id, delivered_at IS NULL") == [
        ("crm:m>a@x.example", "crm:1", True),
        ("crm:m>b@x.example", "crm:1", False),
    ]


@pytest.mark.parametrize(
    ("kind", "is_sent"), [("delivered", True), ("bounce", True), ("open", False), ("click", False)]
)
def test_an_email_was_sent_when_the_system_heard_of_its_way(
    pulled: Pulled, kind: str, *, is_sent: bool
) -> None:
    """What the recipient did months later says nothing of that."""
    happens(pulled, kind, contact_id="1")
    happens(pulled, "unsubscribe", "2026-02-01", contact_id="1")
    pulled.resolve()

    sent_at = datetime.fromisoformat(SENT) if is_sent else None
    assert pulled.only("deliveries", "sent_at") == (sent_at,)


def test_a_program_opens_but_clicks_nothing(pulled: Pulled) -> None:
    """Its open counts as one, and makes the recipient unreliable; its click is none."""
    for kind in ("open", "click"):
        happens(pulled, kind, contact_id="1", is_machine=True)
        happens(pulled, kind, contact_id="2", is_machine=False)
        happens(pulled, kind, contact_id="3")
    pulled.resolve()

    columns = "id, opened_at IS NULL, opened_by_human_at IS NULL, is_unreliable, clicked_at IS NULL"
    assert pulled.found("deliveries", columns) == [
        ("crm:m>crm:1", False, True, True, True),
        ("crm:m>crm:2", False, False, False, False),
        ("crm:m>crm:3", False, False, False, False),
    ]


@pytest.mark.parametrize("tells", [True, False])
def test_delivered_is_what_the_system_says_or_what_did_not_bounce(
    pulled: Pulled, *, tells: bool
) -> None:
    """Where a system tells what was delivered, what it only sent may still be under way."""
    happens(pulled, "sent", contact_id="1")
    happens(pulled, "sent", contact_id="2")
    happens(pulled, "bounce", contact_id="2", bounce_kind="soft")
    if tells:
        happens(pulled, "delivered", contact_id="3")
    pulled.resolve()

    delivered = pulled.connection.execute(
        "SELECT id FROM resolved.deliveries WHERE delivered_at IS NOT NULL"
    ).fetchall()
    assert delivered == [("crm:m>crm:3" if tells else "crm:m>crm:1",)]


def test_who_opens_has_got_it(pulled: Pulled) -> None:
    """Even where the system never says so, and after a soft bounce."""
    happens(pulled, "bounce", contact_id="1", bounce_kind="soft")
    happens(pulled, "open", "2026-03-03T09:00", contact_id="1")
    pulled.resolve()

    assert pulled.only("deliveries", "sent_at, delivered_at") == (
        datetime.fromisoformat(SENT),
        datetime.fromisoformat("2026-03-03T09:00"),
    )


def test_a_hard_bounce_goes_before_soft_ones(pulled: Pulled) -> None:
    """An address that does not exist does not come back."""
    happens(pulled, "bounce", contact_id="1", bounce_kind="soft")
    happens(pulled, "bounce", contact_id="1", bounce_kind="hard")
    happens(pulled, "bounce", contact_id="2")
    pulled.resolve()

    assert pulled.found("deliveries", "bounce_kind") == [("hard",), ("soft",)]


def test_an_opener_converts_by_the_next_form_or_order(pulled: Pulled) -> None:
    """What was sent or bought before the e-mail was opened is not its doing."""
    pulled.contact("1", email="a@x.example")
    happens(pulled, "open", "2026-03-03T09:00", contact_id="1")
    for at in ("2026-03-03T08:59", "2026-03-09", "2026-03-08"):
        pulled.put("form_submissions", contact_id="1", submitted_at=at)
    pulled.put("orders", contact_id="1", ordered_at="2026-03-07", status="cancelled")
    pulled.resolve()

    assert pulled.only("deliveries", "converted_at") == (datetime.fromisoformat("2026-03-08"),)


def test_a_clicker_converts_by_what_follows_the_click(pulled: Pulled) -> None:
    """A form between open and click is the open's doing; without a human click there is none."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="b@x.example")
    for contact in ("1", "2"):
        happens(pulled, "open", "2026-03-03T09:00", contact_id=contact)
        pulled.put("form_submissions", contact_id=contact, submitted_at="2026-03-03T10:00")
        pulled.put("form_submissions", contact_id=contact, submitted_at="2026-03-09T10:00")
    happens(pulled, "click", "2026-03-04T09:00", contact_id="1")
    happens(pulled, "click", "2026-03-04T09:00", contact_id="2", is_machine=True)
    pulled.resolve()

    opened, clicked = (datetime.fromisoformat(f"2026-03-{day}T10:00") for day in ("03", "09"))
    columns = "person_id, channel, converted_at, click_converted_at"
    assert pulled.found("deliveries", columns) == [
        ("crm:1", "email", opened, clicked),
        ("crm:2", "email", opened, None),
    ]


def test_only_the_system_of_record_tells_events(pulled: Pulled) -> None:
    """Where two systems tell the same sending, one counts."""
    for source in ("crm", "shop"):
        pulled.put("email_events", id="1", source=source, kind="sent", email="a@x.example")
    pulled.resolve(systems_of_record={"email_events": ("shop",)})

    assert pulled.only("email_events", "id") == ("shop:1",)
