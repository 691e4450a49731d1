"""Searching: filters, order, paging, and the edges that clients fall over."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop_sandbox.hubspot.filters import Filter, FilterGroup, SearchRequest, Sort
from kpiloop_sandbox.hubspot.kinds import CONTACTS
from kpiloop_sandbox.hubspot.objects import StoredObject
from kpiloop_sandbox.hubspot.searching import SearchIndex
from kpiloop_sandbox.hubspot.store import Store

Ask = Callable[..., requests.Response]
Search = Callable[..., dict[str, Any]]
START = datetime(2025, 1, 1, 12, tzinfo=UTC)
PATH = "/crm/objects/2026-09/contacts/search"


def milliseconds(moment: datetime) -> str:
    """A time as filters take it."""
    return str(int(moment.timestamp() * 1_000))


def ids(found: dict[str, Any]) -> list[int]:
    """The ids on a page."""
    return [int(each["id"]) for each in found["results"]]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("email", "EQ", "PERSON3@acme.example"), [204]),
        (("email", "CONTAINS_TOKEN", "person3*"), [204]),
        (("email", "CONTAINS_TOKEN", "acme.example"), list(range(201, 226))),
        (("jobtitle", "HAS_PROPERTY"), []),
        (("hs_object_id", "LT", "203"), [201, 202]),
        (("hs_object_id", "BETWEEN", "210", "212"), [210, 211, 212]),
        (("hs_object_id", "EQ", "210"), [210]),
        (("createdate", "LTE", "2025-01-01T12:01:00Z"), [201, 202]),
        (("createdate", "GT", milliseconds(START + timedelta(minutes=23))), [225]),
        (("lastmodifieddate", "LT", milliseconds(START + timedelta(days=1, minutes=1))), [201]),
        (("hs_object_id", "LT", "9" * 40), list(range(201, 226))),
        (("no_such_property", "EQ", "x"), []),
        (("hs_lastmodifieddate", "GT", milliseconds(START)), []),
    ],
)
def test_a_filter_finds_what_it_says(
    look_for: Search, condition: tuple[str, ...], expected: list[int]
) -> None:
    """Each operator on text, ids and times; the wrong date property silently finds nothing."""
    found = look_for("contacts", condition, limit=100)
    assert ids(found) == expected
    assert found["total"] == len(expected)


def test_numbers_compare_as_numbers(look_for: Search) -> None:
    """10 employees are fewer than 9 in text, but not here."""
    found = look_for("companies", ("numberofemployees", "GT", "9"))
    assert ids(found) == [902, 903]


def test_companies_are_filtered_by_their_own_modification_property(look_for: Search) -> None:
    """`hs_lastmodifieddate` works where `lastmodifieddate` finds nothing."""
    since = milliseconds(START)
    assert look_for("companies", ("hs_lastmodifieddate", "GTE", since))["total"] == 3
    assert look_for("companies", ("lastmodifieddate", "GTE", since))["total"] == 0


def test_a_list_of_values_is_in_or_not_in(look: Ask) -> None:
    """IN and NOT_IN part the contacts."""
    totals = []
    for operator in ("IN", "NOT_IN"):
        values = ["person1@acme.example", "person2@acme.example"]
        condition = {"propertyName": "email", "operator": operator, "values": values}
        body = {"filterGroups": [{"filters": [condition]}]}
        totals.append(look("POST", PATH, json=body).json()["total"])
    assert totals == [2, 23]


def test_groups_are_alternatives(look: Ask) -> None:
    """A record that matches any group is found, once."""
    groups = [
        {"filters": [{"propertyName": "hs_object_id", "operator": "LTE", "value": str(upto)}]}
        for upto in (202, 203)
    ]
    assert look("POST", PATH, json={"filterGroups": groups}).json()["total"] == 3


def test_free_text_is_found_in_the_shown_properties(look: Ask) -> None:
    """`query` looks into name and e-mail."""
    assert look("POST", PATH, json={"query": "Person 24"}).json()["total"] == 1


def test_a_result_has_what_was_asked_for_and_the_times(look_for: Search) -> None:
    """Asked and empty is null, unknown is left out, and three properties always come."""
    (row,) = look_for(
        "contacts", ("hs_object_id", "EQ", "201"), properties=["email", "phone", "nonsense"]
    )["results"]
    assert row["properties"] == {
        "createdate": "2025-01-01T12:00:00.000Z",
        "email": "person0@acme.example",
        "hs_object_id": "201",
        "lastmodifieddate": "2025-01-02T12:00:00.000Z",
        "phone": None,
    }


def test_archived_records_are_not_found(ask: Ask, search: Search) -> None:
    """The search knows nothing of the recycle bin."""
    ask("DELETE", "/crm/objects/2026-09/contacts/201")
    assert search("contacts", ("hs_object_id", "EQ", "201"))["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 100, "after": "9901"},
        {"after": "abc"},
        {"sorts": ["email", "createdate"]},
        {"sorts": ["no_such_property"]},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "IN"}]}]},
        {"properties": ["x" * 3_000]},
        {"filterGroups": "all"},
        [],
    ],
)
def test_what_goes_beyond_the_rules_is_refused(look: Ask, body: object) -> None:
    """Page size, 10,000 results, one sort, group counts, operators, body size and shape."""
    answer = look("POST", PATH, json=body)
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(("groups", "filters"), [(1, 7), (4, 5)])
def test_too_many_filters_are_refused(look: Ask, groups: int, filters: int) -> None:
    """Six filters in a group and eighteen in all are the most."""
    one = {"propertyName": "email", "operator": "HAS_PROPERTY"}
    body = {"filterGroups": [{"filters": [one] * filters}] * groups}
    assert look("POST", PATH, json=body).status_code == 400


def test_filtering_from_the_epoch_breaks_as_in_reality(look: Ask) -> None:
    """A time filter from 0 gives HTTP 500."""
    one = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}
    assert look("POST", PATH, json={"filterGroups": [{"filters": [one]}]}).status_code == 500


def test_paging_by_cursor_gives_every_record_once(look_for: Search) -> None:
    """Following `after` in descending order of time."""
    seen: list[int] = []
    after: str | None = None
    while True:
        sort = {"propertyName": "lastmodifieddate", "direction": "DESCENDING"}
        page = look_for("contacts", limit=7, after=after, sorts=[sort])
        seen += ids(page)
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert seen == list(range(225, 200, -1))


def test_a_change_is_found_at_once_without_lag(ask: Ask, search: Search) -> None:
    """Bisection lists do not outlive a write."""
    assert search("contacts", ("firstname", "EQ", "Zoe"))["total"] == 0
    ask("PATCH", "/crm/objects/2026-09/contacts/205", json={"properties": {"firstname": "Zoe"}})
    assert ids(search("contacts", ("firstname", "EQ", "Zoe"))) == [205]


@pytest.fixture(scope="module")
def crowd() -> Iterator[Store]:
    """300 contacts, of which many share a modification time."""
    with Store() as store:
        store.load(
            StoredObject(
                object_type="contacts",
                id=str(1_000 + 7 * number),
                properties={"jobtitle": "CEO" if number % 3 else "CTO"},
                created_at=START,
                updated_at=START + timedelta(seconds=(number * 37) % 11),
            )
            for number in range(300)
        )
        yield store


@settings(max_examples=40, deadline=None)
@given(
    limit=st.integers(1, 200),
    low=st.integers(-1, 12),
    high=st.integers(-1, 12),
    job=st.sampled_from(["CEO", "CTO", None]),
)
def test_walking_by_ids_gives_exactly_what_matches(
    crowd: Store, limit: int, low: int, high: int, job: str | None
) -> None:
    """Whatever the window, page size and filter: all that match, in order, with true totals."""
    index = SearchIndex(crowd)
    window = [
        Filter(property_name="lastmodifieddate", operator=operator, value=milliseconds(moment))
        for operator, moment in (
            ("GT", START + timedelta(seconds=low)),
            ("LTE", START + timedelta(seconds=high)),
        )
    ]
    if job:
        window.append(Filter(property_name="jobtitle", operator="EQ", value=job))
    expected = [
        1_000 + 7 * number
        for number in range(300)
        if low < (number * 37) % 11 <= high and job in {None, "CEO" if number % 3 else "CTO"}
    ]
    seen: list[int] = []
    while True:
        last = str(seen[-1]) if seen else "0"
        beyond = Filter(property_name="hs_object_id", operator="GT", value=last)
        request = SearchRequest(
            filter_groups=(FilterGroup(filters=(*window, beyond)),),
            sorts=(Sort(property_name="hs_object_id"),),
            limit=limit,
        )
        found = index.search(CONTACTS, request, now=0)
        assert found.total == len(expected) - len(seen)
        seen += [record.id for record in found.records]
        if not found.records:
            break
    assert seen == expected
