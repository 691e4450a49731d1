"""Calls, meetings and answers to surveys, from the account into the warehouse."""

from datetime import timedelta

import pytest

from kpiloop_sandbox.hubspot.objects import StoredLink
from support.hubspot import NOON, editor, stored
from support.hubspot_home import Home

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
ALL = ("calls", "meetings", "call_links", "meeting_links", "archived_activities")
LATER = NOON + timedelta(days=1)


@pytest.fixture
def home(empty_home: Home) -> Home:
    """A call and a meeting with a contact of a company."""
    store = empty_home.store
    store.load([stored("contacts", 1), stored("contacts", 2), stored("companies", 21)])
    store.load(
        [
            stored(
                "calls",
                301,
                {
                    "hs_timestamp": "2026-06-01T09:00:00Z",
                    "hs_call_duration": "90000",
                    "hs_call_disposition": CONNECTED,
                    "hubspot_owner_id": "7",
                },
            )
        ]
    )
    store.load(
        [
            stored(
                "meetings",
                302,
                {
                    "hs_timestamp": "2026-06-02T09:00:00Z",
                    "hs_meeting_start_time": "2026-06-02T09:00:00Z",
                    "hs_meeting_end_time": "2026-06-02T09:45:00Z",
                    "hs_meeting_outcome": "NO_SHOW",
                },
            )
        ]
    )
    store.load_links(
        [link("calls", 301, "contacts", 2, 194), link("calls", 301, "contacts", 1, 194)]
    )
    store.load_links([link("meetings", 302, "companies", 21, 188)])
    return empty_home


def link(of: str, key: int, to: str, other: int, type_id: int) -> StoredLink:
    """An association of an activity."""
    return StoredLink(from_type=of, from_id=str(key), to_type=to, to_id=str(other), type_id=type_id)


def test_calls_count_milliseconds_and_meetings_have_two_ends(home: Home) -> None:
    """Both become minutes, and the call's outcome a word."""
    home.pull(*ALL)
    assert home.rows(
        "SELECT kind, minutes::DOUBLE, outcome FROM pulled.activities ORDER BY id"
    ) == [
        ("call", 1.5, "connected"),
        ("meeting", 45.0, "no_show"),
    ]


def test_an_activity_has_its_oldest_contact_and_its_company(home: Home) -> None:
    """A search does not tell them: they are asked for as associations."""
    home.pull(*ALL)
    assert home.rows("SELECT contact_id, company_id FROM pulled.activities ORDER BY id") == [
        ("1", None),
        (None, "21"),
    ]


def test_an_association_that_ends_is_noticed(home: Home) -> None:
    """It touches no call: an archived contact takes its associations along."""
    home.pull(*ALL)
    home.store.links.remove(
        editor(home.store, "calls", LATER).kind, 301, editor(home.store, "contacts", LATER).kind, 1
    )
    assert home.pull("calls").counts.changed == 0
    home.pull("call_links")
    assert home.rows("SELECT contact_id FROM pulled.activities WHERE kind = 'call'") == [("2",)]


def test_a_full_read_of_calls_leaves_meetings_alone(home: Home) -> None:
    """Both are in one table, and each stream answers for its own."""
    home.pull(*ALL)
    home.pull("calls", full=True)
    home.pull("call_links", full=True)
    assert home.rows("SELECT count(*) FROM pulled.activities WHERE deleted_at IS NULL") == [(2,)]


def test_an_archived_call_is_marked_as_deleted(home: Home) -> None:
    """Only the recycling bin tells of it."""
    home.pull(*ALL)
    editor(home.store, "calls", LATER).archive(301)
    home.pull(*ALL)
    assert home.rows("SELECT id FROM pulled.activities WHERE deleted_at IS NOT NULL") == [("301",)]


@pytest.mark.parametrize(
    ("kind", "scale"),
    [("NPS", (0.0, 10.0)), ("CES", (1.0, 7.0)), ("CSAT", (0.0, 2.0)), ("CUSTOM", (None, None))],
)
def test_an_answer_to_a_survey_has_the_scale_of_its_kind(
    empty_home: Home, kind: str, scale: tuple[float | None, float | None]
) -> None:
    """HubSpot tells the rating alone; an own survey's scale is not known."""
    answer = {
        "hs_survey_type": kind,
        "hs_value": "2",
        "hs_contact_id": "1",
        "hs_submission_timestamp": "2026-06-01T09:00:00Z",
    }
    empty_home.store.load([stored("feedback_submissions", 5, answer)])
    empty_home.pull("survey_responses")
    query = (
        "SELECT kind, score::DOUBLE, lowest::DOUBLE, highest::DOUBLE, contact_id"
        " FROM pulled.survey_responses"
    )
    assert empty_home.rows(query) == [(kind.lower(), 2.0, *scale, "1")]
