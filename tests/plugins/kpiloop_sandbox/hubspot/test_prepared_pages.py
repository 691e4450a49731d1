"""The benchmark server: pages of the right shape, walked like those of the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from kpiloop_sandbox.hubspot.prepared import PreparedPages
from kpiloop_sandbox.hubspot.prepared_protocol import Settings, respond
from kpiloop_sandbox.hubspot.prepared_rows import FIRST_ID, FIRST_MODIFIED, STEP_MS, selected

CONTACTS = 450
PATH = "/crm/objects/2026-09/contacts"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of 450 contacts."""
    with PreparedPages(contacts=CONTACTS) as pages:
        yield pages.base_url


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """One connection."""
    with requests.Session() as session:
        yield session


def test_a_walk_by_ids_gives_every_contact_once(server: str, session: requests.Session) -> None:
    """Pages of 200, totals that shrink, no cursor on the last page."""
    seen: list[int] = []
    totals: list[int] = []
    while True:
        last = seen[-1] if seen else 0
        beyond = {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)}
        body = {"filterGroups": [{"filters": [beyond]}], "limit": 200, "properties": ["email"]}
        page = session.post(f"{server}{PATH}/search", json=body, timeout=10).json()
        seen += [int(each["id"]) for each in page["results"]]
        totals.append(page["total"])
        if "paging" not in page:
            break
    assert seen == list(range(FIRST_ID, FIRST_ID + CONTACTS))
    assert totals == [450, 250, 50]


def test_a_row_has_what_was_asked_for(server: str, session: requests.Session) -> None:
    """Asked properties and the three that always come; the id stands wherever it belongs."""
    body = {"inputs": [{"id": str(FIRST_ID + 7)}], "properties": ["email", "custom_1"]}
    answer = session.post(f"{server}{PATH}/batch/read", json=body, timeout=10)
    (row,) = answer.json()["results"]
    assert row["id"] == row["properties"]["hs_object_id"] == str(FIRST_ID + 7)
    assert str(FIRST_ID + 7) in row["properties"]["email"]
    assert row["properties"]["custom_1"] == "custom_1 0"
    assert {"createdAt", "updatedAt", "archived", "url"} <= row.keys()


def test_lists_page_and_other_lists_are_empty(server: str, session: requests.Session) -> None:
    """The cursor of a list is the next id."""
    query: dict[str, Any] = {"limit": 100, "after": str(FIRST_ID + 400)}
    last = session.get(f"{server}{PATH}", params=query, timeout=10).json()
    assert len(last["results"]) == 50
    assert "paging" not in last
    deals = session.get(f"{server}/crm/objects/2026-09/deals", timeout=10).json()
    assert deals == {"total": 0, "results": []}


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("GT", 10, (11, 20)),
        ("GTE", 10, (10, 20)),
        ("LT", 10, (0, 10)),
        ("LTE", 10, (0, 11)),
        ("GT", 99, (100, 100)),
    ],
)
def test_bounds_select_by_number(operator: str, value: int, expected: tuple[int, int]) -> None:
    """Ids and modification times stand for the same numbers."""
    by_id = {"propertyName": "hs_object_id", "operator": operator, "value": FIRST_ID + value}
    moment = FIRST_MODIFIED + value * STEP_MS
    by_time = {"propertyName": "lastmodifieddate", "operator": operator, "value": moment}
    assert selected([by_id], 20) == selected([by_time], 20) == expected


def test_a_descending_search_starts_at_the_end() -> None:
    """As a client asks for the highest id."""
    body = b'{"limit":1,"sorts":[{"propertyName":"hs_object_id","direction":"DESCENDING"}]}'
    assert b'"hs_object_id":"%d"' % (FIRST_ID + 19) in respond(f"{PATH}/search", body, 20)


@pytest.mark.parametrize(("is_search", "most"), [(True, 5), (False, 190)])
def test_limits_hold_where_they_are_asked_for(*, is_search: bool, most: int) -> None:
    """The sixth search in a second is refused, and any other call after 190."""
    shared = Settings(contacts=1, enforce_limits=True).start()
    refusals = [shared.refusal(is_search=is_search) for _ in range(most + 1)]
    assert [bool(each) for each in refusals] == [False] * most + [True]
    relaxed = Settings(contacts=1).start()
    assert not any(relaxed.refusal(is_search=is_search) for _ in range(most + 1))
