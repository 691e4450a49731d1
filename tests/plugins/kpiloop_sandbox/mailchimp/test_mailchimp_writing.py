"""Writing members, merge fields, segments and tags, as the vendor's SDK does it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from mailchimp_marketing.api_client import ApiClientError

from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store

LIST = "aaaaaaaaaa"
PATH = f"/lists/{LIST}/members"
Ask = Callable[..., requests.Response]


def at(number: int) -> str:
    """The address of a member, in lower case."""
    return f"person{number}@acme.example"


def title_of(answer: requests.Response) -> str:
    """The title of a refusal."""
    assert answer.status_code >= 400
    return str(answer.json()["title"])


def test_a_new_member_is_there_with_a_time(sdk: Any) -> None:
    """The answer is the member, with the case of the address kept and every field shown."""
    fields = {"FNAME": "Nora", "SEATS": "12", "NOSUCH": "x"}
    made = sdk.lists.add_list_member(
        LIST, {"email_address": "Nora@New.Example", "status": "subscribed", "merge_fields": fields}
    )
    assert made["email_address"] == "Nora@New.Example"
    found = sdk.lists.get_list_member(LIST, "nora@new.example")
    assert found["merge_fields"] == {
        "FNAME": "Nora", "LNAME": "", "COUNTRY": "", "SEATS": 12, "ADDRESS": "",
    }  # fmt: skip
    assert found["timestamp_opt"] == found["last_changed"] != ""


def test_somebody_who_is_there_cannot_be_added_again(ask: Ask) -> None:
    """Only PUT changes those who are there."""
    row = {"email_address": at(1).upper(), "status": "subscribed"}
    assert title_of(ask("POST", PATH, json=row)) == "Member Exists"


def test_every_write_is_a_change_even_of_nothing(ask: Ask) -> None:
    """The echo: `last_changed` moves, so one's own write comes with the next window."""
    before = ask("GET", f"{PATH}/{at(1)}").json()
    after = ask("PATCH", f"{PATH}/{at(1)}", json={"merge_fields": before["merge_fields"]}).json()
    assert after["merge_fields"] == before["merge_fields"]
    assert after["last_changed"] > before["last_changed"]


def test_archiving_and_coming_back_are_changes(ask: Ask, sdk: Any) -> None:
    """DELETE archives; PUT brings back, with what was known; both move `last_changed`."""
    before = ask("GET", f"{PATH}/{at(1)}").json()
    assert ask("DELETE", f"{PATH}/{at(1)}").status_code == 204
    archived = ask("GET", f"{PATH}/{at(1)}").json()
    assert (archived["status"], archived["last_changed"] > before["last_changed"]) == (
        "archived",
        True,
    )
    assert ask("DELETE", f"{PATH}/{at(1)}").status_code == 405
    row = {"email_address": at(1), "status_if_new": "subscribed"}
    back = sdk.lists.set_list_member(LIST, before["id"], row)
    assert (back["status"], back["merge_fields"]["FNAME"]) == ("subscribed", "Person 1")


def test_deleting_for_good_erases_and_bars_the_address(ask: Ask, store: Store) -> None:
    """The person is in no list and no report, and cannot be imported again."""
    assert ask("POST", f"{PATH}/{at(0)}/actions/delete-permanent").status_code == 204
    assert ask("GET", f"{PATH}/{at(0)}").status_code == 404
    activity = ask("GET", "/reports/cccccccccc/email-activity", params={"count": 1000}).json()
    assert at(0) not in {each["email_address"].lower() for each in activity["emails"]}
    row = {"email_address": at(0), "status": "subscribed"}
    assert title_of(ask("POST", PATH, json=row)) == "Forgotten Email Not Subscribed"


def test_a_new_address_gives_a_new_hash_and_keeps_the_contact(ask: Ask) -> None:
    """`contact_id` does not depend on the address; tags and place in the list stay."""
    before = ask("GET", f"{PATH}/{at(5)}").json()
    after = ask("PATCH", f"{PATH}/{at(5)}", json={"email_address": "Moved@acme.example"}).json()
    assert after["id"] != before["id"]
    assert after["contact_id"] == before["contact_id"]
    assert ask("GET", f"{PATH}/{at(5)}").status_code == 404
    tags = ask("GET", f"{PATH}/moved@acme.example/tags").json()["tags"]
    assert [each["name"] for each in tags] == ["Event guest"]
    taken = ask("PATCH", f"{PATH}/{at(6)}", json={"email_address": at(7)})
    assert title_of(taken) == "Member Exists"


def test_nobody_is_subscribed_again_against_their_will(ask: Ask) -> None:
    """Who left or bounced stays out; whom the account itself unsubscribed may come back."""
    for number in (20, 21):
        answer = ask("PATCH", f"{PATH}/{at(number)}", json={"status": "subscribed"})
        assert title_of(answer) == "Member In Compliance State"
    ask("PATCH", f"{PATH}/{at(1)}", json={"status": "unsubscribed"})
    assert ask("PATCH", f"{PATH}/{at(1)}", json={"status": "subscribed"}).status_code == 200


def test_a_batch_answers_200_whatever_became_of_its_rows(sdk: Any) -> None:
    """New, updated and failed members are told apart, each failure with its code."""
    rows = [
        {"email_address": "new@acme.example", "status": "subscribed"},
        {"email_address": at(1), "status": "subscribed", "merge_fields": {"COUNTRY": "Chile"}},
        {"email_address": at(2), "status": "subscribed", "merge_fields": {"SEATS": "many"}},
        {"email_address": "nonsense", "status": "subscribed"},
        {"email_address": at(1), "status": "subscribed"},
    ]
    answer = sdk.lists.batch_list_members(LIST, {"members": rows, "update_existing": True})
    assert [each["email_address"] for each in answer["new_members"]] == ["new@acme.example"]
    assert [each["email_address"] for each in answer["updated_members"]] == [at(1)]
    assert [each["email_address"] for each in answer["errors"]] == [at(2), "nonsense", at(1)]
    assert {each["error_code"] for each in answer["errors"]} == {"ERROR_GENERIC"}
    assert (answer["total_created"], answer["total_updated"], answer["error_count"]) == (1, 1, 3)


def test_a_batch_leaves_members_alone_unless_told_otherwise(sdk: Any) -> None:
    """Without `update_existing` those who are there are errors of their own kind."""
    rows = [{"email_address": at(1), "status": "subscribed"}]
    (error,) = sdk.lists.batch_list_members(LIST, {"members": rows})["errors"]
    assert error["error_code"] == "ERROR_CONTACT_EXISTS"


def test_a_batch_may_change_the_subscription(sdk: Any) -> None:
    """The status of the row is the member's new one, so the current one must be sent."""
    rows = [{"email_address": at(1), "status": "unsubscribed"}]
    answer = sdk.lists.batch_list_members(LIST, {"members": rows, "update_existing": True})
    assert answer["updated_members"][0]["status"] == "unsubscribed"


def test_a_batch_has_at_most_500_members(ask: Ask) -> None:
    """One more is refused as a whole."""
    rows = [{"email_address": at(n), "status": "subscribed"} for n in range(501)]
    assert ask("POST", f"/lists/{LIST}", json={"members": rows}).status_code == 400


def test_values_that_a_field_does_not_take_are_told_field_by_field(ask: Ask) -> None:
    """The problem document names each of them."""
    wrong = {"SEATS": "many", "ADDRESS": {"addr1": "Hafenstraße 1"}}
    answer = ask("PATCH", f"{PATH}/{at(1)}", json={"merge_fields": wrong})
    assert title_of(answer) == "Invalid Resource"
    assert {each["field"] for each in answer.json()["errors"]} == {"SEATS", "ADDRESS"}


def test_required_fields_bar_a_write_unless_their_check_is_skipped(ask: Ask) -> None:
    """`skip_merge_validation=true` lets a member through who lacks one."""
    ask(
        "POST", f"/lists/{LIST}/merge-fields",
        json={"name": "Plan", "tag": "PLAN", "type": "text", "required": True},
    )  # fmt: skip
    change = {"merge_fields": {"FNAME": "Ida"}}
    assert ask("PATCH", f"{PATH}/{at(1)}", json=change).status_code == 400
    skipped = ask("PATCH", f"{PATH}/{at(1)}", json=change, params={"skip_merge_validation": "true"})
    assert skipped.json()["merge_fields"]["FNAME"] == "Ida"


def test_a_merge_field_comes_and_goes_with_its_values(sdk: Any) -> None:
    """A new field is empty for everybody; a deleted one takes its values along."""
    made = sdk.lists.add_list_merge_field(
        LIST, {"name": "Score", "tag": "KPI_SCORE", "type": "number"}
    )
    sdk.lists.update_list_member(LIST, at(1), {"merge_fields": {"KPI_SCORE": 4.5}})
    read = [sdk.lists.get_list_member(LIST, at(n))["merge_fields"]["KPI_SCORE"] for n in (1, 2)]
    assert read == [4.5, ""]
    sdk.lists.delete_list_merge_field(LIST, made["merge_id"])
    assert "KPI_SCORE" not in sdk.lists.get_list_member(LIST, at(1))["merge_fields"]


def test_a_merge_fields_new_tag_keeps_the_values(sdk: Any) -> None:
    """They are found under the new name only."""
    sdk.lists.update_list_merge_field(LIST, 1, {"tag": "GIVEN", "name": "Given name"})
    fields = sdk.lists.get_list_member(LIST, at(1))["merge_fields"]
    assert fields["GIVEN"] == "Person 1"
    assert "FNAME" not in fields


@pytest.mark.parametrize(
    "draft",
    [
        {"name": "Long", "tag": "ELEVEN_LONG", "type": "text"},
        {"name": "Lower", "tag": "lower", "type": "text"},
        {"name": "Taken", "tag": "FNAME", "type": "text"},
        {"name": "Odd", "tag": "ODD", "type": "blob"},
    ],
)
def test_a_merge_field_that_cannot_be_is_refused(sdk: Any, draft: dict[str, str]) -> None:
    """Tags have up to ten characters of A-Z, 0-9 and _, and are there once; types are known."""
    with pytest.raises(ApiClientError) as refusal:
        sdk.lists.add_list_merge_field(LIST, draft)
    assert refusal.value.status_code == 400


def test_an_audience_takes_thirty_merge_fields(ask: Ask) -> None:
    """The next one is refused; the default page of ten hides that they are there."""
    path = f"/lists/{LIST}/merge-fields"
    answers = [
        ask("POST", path, json={"name": f"Field {n}", "type": "text"}).status_code
        for n in range(26)
    ]
    assert answers == [200] * 25 + [400]
    page = ask("GET", path).json()
    assert (len(page["merge_fields"]), page["total_items"]) == (10, 30)


def test_tags_are_given_and_taken(sdk: Any) -> None:
    """A new tag is a static segment; taking it leaves the segment."""
    tags = [
        {"name": "VIP", "status": "active"},
        {"name": "Event guest", "status": "inactive"},
    ]
    sdk.lists.update_list_member_tags(LIST, at(5), {"tags": tags})
    (tag,) = sdk.lists.get_list_member(LIST, at(5))["tags"]
    assert tag["name"] == "VIP"
    segments = sdk.lists.list_segments(LIST, type="static")["segments"]
    assert {each["name"]: each["member_count"] for each in segments} == {"Event guest": 3, "VIP": 1}


def test_an_unknown_type_of_segment_gives_nothing_without_a_word(ask: Ask) -> None:
    """No error, an empty page."""
    answer = ask("GET", f"/lists/{LIST}/segments", params={"type": "tag"})
    assert (answer.status_code, answer.json()["segments"]) == (200, [])


def test_a_segments_total_leaves_out_those_who_are_included(ask: Ask, sdk: Any) -> None:
    """With `include_unsubscribed` more rows come than `total_items` says."""
    made = sdk.lists.create_segment(LIST, {"name": "Mixed", "static_segment": [at(1), at(20)]})
    path = f"/lists/{LIST}/segments/{made['id']}/members"
    page = ask("GET", path, params={"include_unsubscribed": "true"}).json()
    assert (len(page["members"]), page["total_items"]) == (2, 1)
    assert len(ask("GET", path).json()["members"]) == 1


def test_a_deleted_tag_is_borne_by_nobody(sdk: Any) -> None:
    """And those who bore it have changed."""
    (segment,) = sdk.lists.list_segments(LIST)["segments"]
    sdk.lists.delete_segment(LIST, segment["id"])
    assert sdk.lists.get_list_member(LIST, at(5))["tags"] == []
    assert sdk.lists.tag_search(LIST, name="event")["tags"] == []


def test_notes_and_events_are_kept_with_the_member(sdk: Any) -> None:
    """What a report may leave there."""
    sdk.lists.create_list_member_note(LIST, at(1), {"note": "Revenue: 1,200 EUR"})
    sdk.lists.create_list_member_event(LIST, at(1), {"name": "kpi_updated"})
    assert sdk.lists.get_list_member_notes(LIST, at(1))["notes"][0]["note"] == "Revenue: 1,200 EUR"
    assert sdk.lists.get_list_member_events(LIST, at(1))["events"][0]["name"] == "kpi_updated"


def test_what_was_written_is_counted(sandbox: MailchimpSandbox, sdk: Any) -> None:
    """Reading is not."""
    sdk.lists.get_list_member(LIST, at(1))
    sdk.lists.update_list_member(LIST, at(1), {"vip": True})
    assert sandbox.counters.records_written == 1


def test_a_draft_changes_and_goes_without_a_trace(sdk: Any, ask: Ask) -> None:
    """Sent campaigns cannot be edited; a deleted one is simply no longer listed."""
    settings = {
        "title": "Spring",
        "subject_line": "",
        "from_name": "Acme",
        "reply_to": "a@acme.example",
    }
    sdk.campaigns.update("eeeeeeeeee", {"settings": settings})
    assert sdk.campaigns.get("eeeeeeeeee")["settings"]["title"] == "Spring"
    assert ask("PATCH", "/campaigns/cccccccccc", json={"settings": {}}).status_code == 405
    sdk.campaigns.remove("eeeeeeeeee")
    assert ask("GET", "/campaigns/eeeeeeeeee").status_code == 404


def test_an_account_may_live_at_another_time(store: Store) -> None:
    """Whoever starts it says what its clock shows, and writes are dated by it."""
    moment = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
    with MailchimpSandbox(store, clock=moment.timestamp) as sandbox:
        url = f"{sandbox.api_url}{PATH}/{at(1)}"
        key = "0123456789abcdef0123456789abcdef-us6"
        answer = requests.patch(url, json={"vip": True}, auth=("any", key), timeout=10)
    assert answer.json()["last_changed"] == "2030-05-06T07:08:09+00:00"
