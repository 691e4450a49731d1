"""Bad input through the streams beside the CRM: each has its outcome, and counts add up."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from kpiloop.engine.pull.report import PullReport
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.objects import StoredEmail, StoredForm
from kpiloop_sandbox.hubspot.routes.email_events import events_of
from kpiloop_sandbox.hubspot.routes.events import VISITED_PAGE, occurrences_of
from kpiloop_sandbox.hubspot.routes.forms import submissions_of
from kpiloop_sandbox.hubspot.times import to_ms
from support.hubspot import NOON, stored
from support.hubspot_home import Home

FORM = "11111111-1111-4111-8111-111111111111"
SECONDS = to_ms(NOON) // 1_000
HOUR = timedelta(hours=1)
A_MEGABYTE = "x" * 1_000_000


def happened(collection: str, key: str, body: Mapping[str, object], hours: int = 0) -> Happening:
    """Something that happened some hours after noon."""
    return Happening(collection=collection, at=to_ms(NOON + hours * HOUR), id=key, body=body)


def submitted(key: str, hours: int = 0, email: str = "a@x.example", **more: object) -> Happening:
    """A submission of the form."""
    body = {"values": [{"name": "email", "value": email}], "pageUrl": "/demo", **more}
    return happened(submissions_of(FORM), key, body, hours)


def opened(key: str, hours: int = 0, **more: object) -> Happening:
    """Somebody opened an e-mail."""
    return happened(events_of("OPEN"), key, {"recipient": "a@x.example", **more}, hours)


def viewed(key: str, hours: int = 0, **properties: str) -> Happening:
    """A contact viewed a page."""
    return happened(
        occurrences_of(VISITED_PAGE), key, {"objectId": "1", "properties": properties}, hours
    )


@pytest.fixture
def home(empty_home: Home) -> Home:
    """An account with a form."""
    empty_home.store.load_forms([StoredForm(id=FORM, name="Demo", created_at=NOON)])
    return empty_home


def pulled(home: Home, stream: str, *happenings: Happening) -> PullReport:
    """What a pull of a stream reports, with these in the account; its counts must close."""
    home.store.happenings.load(happenings)
    report = home.pull(stream)
    assert report.counts.closes
    return report


def test_moments_in_seconds_and_in_milliseconds_are_the_same_moments(home: Home) -> None:
    """HubSpot promises milliseconds; what comes in seconds is no moment of 1970."""
    pulled(home, "email_events", opened("s", created=SECONDS), opened("m", 1))
    pulled(home, "form_submissions", submitted("s", submittedAt=SECONDS), submitted("m", 1))

    for table, column in (("email_events", "happened_at"), ("form_submissions", "submitted_at")):
        days = f"SELECT DISTINCT {column}::DATE FROM pulled.{table}"
        assert home.rows(days) == [(NOON.date(),)]


def test_a_submission_in_seconds_ends_no_reading(home: Home) -> None:
    """Taken for milliseconds it would lie before any bookmark, and hide what follows it."""
    pulled(home, "form_submissions", submitted("first"))
    later = [submitted(f"{number:03}", number) for number in range(1, 60)]
    at = SECONDS + 10 * 3_600
    marked = [submitted(f"{10:03}", 10, submittedAt=at)]
    report = pulled(home, "form_submissions", *later, *marked)

    assert report.counts.new == 59


@pytest.mark.parametrize(
    ("stream", "build"),
    [("email_events", opened), ("form_submissions", submitted), ("page_views", viewed)],
)
def test_an_id_that_comes_twice_in_a_page_is_one_record(
    home: Home, stream: str, build: Callable[..., Happening]
) -> None:
    """The other sighting is counted as repeated."""
    report = pulled(home, stream, build("twice"), build("twice", 1), build("once", 2))

    assert (report.counts.new, report.counts.repeated) == (2, 1)


def test_nul_bytes_are_taken_out(home: Home) -> None:
    """No text of the warehouse holds one."""
    pulled(home, "form_submissions", submitted("a", email="a\x00@x.example"))
    pulled(home, "page_views", viewed("v", hs_url="https://www.acme.example/de\x00mo"))
    pulled(home, "email_events", opened("o", recipient="\x00b@x.example"))

    assert home.rows("SELECT email FROM pulled.form_submissions") == [("a@x.example",)]
    assert home.rows("SELECT page FROM pulled.page_views") == [("/demo",)]
    assert home.rows("SELECT email FROM pulled.email_events") == [("b@x.example",)]


def test_a_text_of_a_megabyte_is_stored_like_any_other(home: Home) -> None:
    """Nothing of it is cut off, and the page that it came in is read to its end."""
    report = pulled(home, "page_views", viewed("v", hs_referrer=A_MEGABYTE), viewed("w", 1))

    assert report.counts.new == 2
    longest = "SELECT max(length(referrer)) FROM pulled.page_views"
    assert home.rows(longest) == [(len(A_MEGABYTE),)]


def test_a_moment_that_is_none_sets_its_record_aside(home: Home) -> None:
    """With the rows of the same page stored."""
    report = pulled(home, "email_events", opened("x", created="yesterday"), opened("y", 1))

    assert (report.counts.new, report.counts.quarantined) == (1, 1)
    assert home.rows("SELECT id FROM pulled.email_events") == [("y",)]


def test_words_that_hubspot_did_not_know_yesterday_are_kept(home: Home) -> None:
    """An own disposition, outcome, survey or state of payment stays what it is."""
    home.store.load([stored("calls", 1, {"hs_call_disposition": "f00d-own"})])
    home.store.load([stored("meetings", 2, {"hs_meeting_outcome": "POSTPONED"})])
    home.store.load([stored("feedback_submissions", 3, {"hs_survey_type": "MOOD"})])
    home.store.load([stored("orders", 4, {"hs_payment_status": "On Hold"})])
    home.pull("calls", "meetings", "survey_responses", "orders")

    outcomes = "SELECT outcome FROM pulled.activities ORDER BY id"
    assert home.rows(outcomes) == [("f00d-own",), ("postponed",)]
    survey = "SELECT kind, lowest FROM pulled.survey_responses"
    assert home.rows(survey) == [("mood", None)]
    assert home.rows("SELECT status FROM pulled.orders") == [("on_hold",)]


def test_a_type_of_e_mail_that_is_new_is_a_regular_one(home: Home) -> None:
    """Whatever is no test, automated or transactional was sent to many."""
    email = StoredEmail(
        id="1",
        name="New",
        subject="",
        campaign_id=1,
        created_at=NOON,
        publish_at=NOON,
        type="HOLOGRAM_EMAIL",
    )
    home.store.load_emails([email])
    home.pull("emails")

    assert home.rows("SELECT kind FROM pulled.emails") == [("regular",)]
