"""Reading members: windows, statuses, pages and ways to name one."""

from hashlib import md5
from typing import Any

import pytest

from kpiloop_sandbox.mailchimp.server import MailchimpSandbox

LIST = "aaaaaaaaaa"
PATH = f"/lists/{LIST}/members"


def emails(answer: Any) -> list[str]:
    """The addresses of a page, in lower case."""
    return [each["email_address"].lower() for each in answer.json()["members"]]


def test_a_window_excludes_its_start_and_includes_its_end(look: Any) -> None:
    """`since_last_changed` is exclusive, `before_last_changed` inclusive, to the second."""
    window = {
        "since_last_changed": "2026-01-01T12:03:00+00:00",
        "before_last_changed": "2026-01-01T12:06:00+00:00",
        "sort_field": "last_changed",
        "sort_dir": "ASC",
    }
    found = emails(look("GET", PATH, params=window))
    assert found == [f"person{number}@acme.example" for number in (4, 5, 6)]


def test_archived_members_are_left_out_unless_they_are_asked_for(look: Any) -> None:
    """The plain list has all other statuses; `status=archived` has the archived ones alone."""
    plain = look("GET", PATH, params={"count": 1000}).json()
    archived = look("GET", PATH, params={"status": "archived"}).json()
    assert plain["total_items"] == 24
    assert {each["status"] for each in plain["members"]} == {
        "subscribed", "unsubscribed", "cleaned", "pending", "transactional",
    }  # fmt: skip
    assert [each["status"] for each in archived["members"]] == ["archived"]


def test_a_page_has_ten_members_unless_more_are_asked_for(look: Any) -> None:
    """`count` defaults to 10; offset goes on from there; the last page is short."""
    first, last = look("GET", PATH), look("GET", PATH, params={"offset": 20})
    assert len(emails(first)) == 10
    assert len(emails(last)) == 4
    assert first.json()["total_items"] == 24


def test_a_count_beyond_the_limit_is_not_rejected(look: Any) -> None:
    """More than 1,000 are answered with what one page holds."""
    answer = look("GET", PATH, params={"count": 5000})
    assert (answer.status_code, len(emails(answer))) == (200, 24)


@pytest.mark.parametrize("name", ["count", "offset", "since_last_changed", "status", "sort_field"])
def test_an_illegal_parameter_is_refused_with_a_problem_document(look: Any, name: str) -> None:
    """What is no number, time or known word is a 400 that names the parameter."""
    answer = look("GET", PATH, params={name: "maybe"})
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert name in answer.json()["detail"]


def test_a_members_id_is_the_md5_of_the_address_in_lower_case(look: Any) -> None:
    """However the address is written."""
    (member,) = look("GET", PATH, params={"count": 1}).json()["members"]
    assert member["email_address"] == "Person0@Acme.Example"
    assert member["id"] == md5(b"person0@acme.example", usedforsecurity=False).hexdigest()


def test_a_member_is_found_by_hash_address_and_contact_id(look: Any) -> None:
    """All three name the same person, in whatever case the address is written."""
    (member,) = look("GET", PATH, params={"count": 1}).json()["members"]
    for reference in (member["id"], "PERSON0@acme.example", member["contact_id"]):
        assert look("GET", f"{PATH}/{reference}").json()["id"] == member["id"]
    assert look("GET", f"{PATH}/nobody@acme.example").status_code == 404


def test_the_same_address_has_a_contact_id_of_its_own_in_each_audience(reader: Any) -> None:
    """What is the same over audiences is `unique_email_id`."""
    here = reader.lists.get_list_member(LIST, "person0@acme.example")
    there = reader.lists.get_list_member("bbbbbbbbbb", "person0@acme.example")
    assert here["contact_id"] != there["contact_id"]
    assert here["unique_email_id"] == there["unique_email_id"]


def test_an_address_field_that_is_empty_is_no_object(look: Any) -> None:
    """`merge_fields.ADDRESS` is an object or an empty string."""
    (member,) = look("GET", PATH, params={"count": 1}).json()["members"]
    assert member["merge_fields"]["ADDRESS"] == ""


def test_only_the_wanted_fields_are_sent(look: Any) -> None:
    """`fields` picks and `exclude_fields` drops, in dot notation."""
    picked = look("GET", PATH, params={"count": 1, "fields": "members.id,total_items"}).json()
    dropped = look(
        "GET", PATH, params={"count": 1, "exclude_fields": "_links,members._links"}
    ).json()
    assert picked.keys() == {"members", "total_items"}
    assert picked["members"][0].keys() == {"id"}
    assert "_links" not in dropped
    assert "_links" not in dropped["members"][0]
    assert "email_address" in dropped["members"][0]


def test_the_sdk_walks_all_pages(reader: Any) -> None:
    """Until a page is short, every member comes once."""
    seen: list[str] = []
    while True:
        page = reader.lists.get_list_members_info(LIST, count=7, offset=len(seen))["members"]
        seen += [each["id"] for each in page]
        if len(page) < 7:
            break
    assert len(seen) == len(set(seen)) == 24


def test_audiences_count_their_members(reader: Any) -> None:
    """The numbers of a list are those of its members."""
    first, second = reader.lists.get_all_lists()["lists"]
    assert first["stats"]["member_count"] == 20
    assert (first["stats"]["unsubscribe_count"], first["stats"]["cleaned_count"]) == (1, 1)
    assert second["stats"]["member_count"] == 1
    assert "total_contacts" not in first["stats"]


def test_the_latency_is_added_to_every_answer(sandbox: MailchimpSandbox, ask: Any) -> None:
    """An answer takes at least so long."""
    sandbox.options = type(sandbox.options)(latency_ms=30)
    assert ask("GET", "/ping").elapsed.total_seconds() >= 0.03
