"""A Mailchimp account, pulled into a warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kpiloop import ChannelRule, Contact
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.kpi.condition import parse_condition
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import NOON, Account, did, member, recipient

EVENTS = ("reports", "activity_totals", "email_activity", "unsubscribes")


@dataclass(kw_only=True)
class Home:
    """A warehouse beside the account."""

    warehouse: Warehouse
    mailchimp: Mailchimp

    def pull(self, *streams: str, **request: Any) -> PullReport:
        """Pull, which must go well."""
        wanted = PullRequest(streams=streams, **request)
        report = pull(self.warehouse, self.mailchimp, wanted)
        assert report.failed == {}
        assert report.counts.closes
        return report

    def rows(self, query: str) -> list[Any]:
        """What a query gives."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()


@pytest.fixture
def home(tmp_path: Path, mailchimp: Mailchimp) -> Iterator[Home]:
    """An empty warehouse."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield Home(warehouse=warehouse, mailchimp=mailchimp)


def test_members_are_contacts_of_their_audience(home: Home) -> None:
    """Their id names the audience and Mailchimp's id of the contact, which outlasts an address."""
    home.pull("members")
    assert home.rows(
        "SELECT id, email, last_name, country, opted_out, original_source, created_at"
        " FROM pulled.contacts WHERE id = 'l1:c00001'"
    ) == [
        (
            "l1:c00001",
            "p1@acme.example",
            "1",
            "DE",
            False,
            "API - Generic",
            NOON.replace(tzinfo=None, month=3, day=3),
        )
    ]


def test_who_unsubscribed_has_opted_out(home: Home, account: Account) -> None:
    """The other states say nothing of the kind: a cleaned address only bounced."""
    account.lists["/lists/l1/members"] = [
        member(number, status=status)
        for number, status in enumerate(("unsubscribed", "cleaned", "pending", "transactional"))
    ]
    home.pull("members")
    assert home.rows("SELECT id FROM pulled.contacts WHERE opted_out") == [("l1:c00000",)]


def test_who_is_archived_is_gone_and_who_comes_back_lives(home: Home, account: Account) -> None:
    """Lists leave archived members out, so only their own list tells of them."""
    home.pull("members", "archived_members")
    living = "SELECT id FROM pulled.contacts WHERE deleted_at IS NULL ORDER BY id"
    assert home.rows(living) == [("l1:c00001",), ("l1:c00002",)]
    later = NOON.replace(hour=13)
    account.lists["/lists/l1/members"] = [
        member(1),
        member(2, status="archived", changed=later),
        member(3, changed=later),
    ]
    home.pull("members", "archived_members")
    assert home.rows(living) == [("l1:c00001",), ("l1:c00003",)]


def test_who_only_bought_is_somebody_too(home: Home, account: Account) -> None:
    """A customer who is gone from the store takes no member along."""
    living = "SELECT id FROM pulled.contacts WHERE deleted_at IS NULL ORDER BY id"
    home.pull("members", "customers")
    assert home.rows(living) == [("l1:c00001",), ("l1:c00002",), ("shop:9",)]
    account.lists["/ecommerce/stores/shop/customers"] = []
    home.pull("members", "customers", accept_deletes=True)
    assert home.rows(living) == [("l1:c00001",), ("l1:c00002",)]


def test_who_bears_a_tag_is_in_its_segment(home: Home, account: Account) -> None:
    """A tag that is taken away is gone, whether or not the member counts as changed."""
    rows = account.lists["/lists/l1/members"]
    rows[0]["tags"] = [{"id": 7, "name": "Fair"}, {"id": 8, "name": "VIP"}]
    rows[1]["tags"] = [{"id": 7, "name": "Fair"}]
    living = "SELECT parent_id, contact_id FROM pulled.segment_members WHERE deleted_at IS NULL"
    home.pull("segments", "members", "member_tags")
    assert sorted(home.rows(living)) == [
        ("l1:7", "l1:c00001"),
        ("l1:7", "l1:c00002"),
        ("l1:8", "l1:c00001"),
    ]
    rows[0]["tags"] = rows[0]["tags"][1:]
    home.pull("segments", "members", "member_tags")
    assert sorted(home.rows(living)) == [("l1:7", "l1:c00002"), ("l1:8", "l1:c00001")]


def test_an_audience_without_tags_is_not_read_for_them(home: Home, account: Account) -> None:
    """Nobody there can bear one."""
    account.lists["/lists/l1/segments"] = []
    report = home.pull("member_tags")
    assert report.counts.new == 0
    [stream] = report.streams
    assert stream.calls <= 3  # the audiences, how many members there are, and its tags


def test_a_field_of_the_account_can_be_mapped(home: Home, account: Account) -> None:
    """Any column of contacts can come from a merge field."""
    account.lists["/lists/l1/members"] = [member(1, merge_fields={"PRODUCT": "pumps"})]
    home.pull("members", mapped_fields={"contacts": {"product": "merge_fields.PRODUCT"}})
    assert home.rows("SELECT product, last_name FROM pulled.contacts") == [("pumps", None)]


def test_events_of_an_e_mail(home: Home) -> None:
    """Each recipient's e-mail was sent and arrived; two opens in one second are two."""
    home.pull(*EVENTS)
    assert home.rows(
        "SELECT kind, email, link FROM pulled.email_events ORDER BY email, happened_at, id"
    ) == [
        ("delivered", "p1@acme.example", None),
        ("sent", "p1@acme.example", None),
        ("open", "p1@acme.example", None),
        ("open", "p1@acme.example", None),
        ("click", "p1@acme.example", "https://acme.example/pumps"),
        ("unsubscribe", "p1@acme.example", None),
        ("delivered", "p2@acme.example", None),
        ("sent", "p2@acme.example", None),
    ]


def test_activity_is_read_again_only_where_something_happened(home: Home, account: Account) -> None:
    """The report's sums tell: an e-mail that rests costs no call."""
    home.pull(*EVENTS)
    streams = {each.stream: each.calls for each in home.pull(*EVENTS).streams}
    assert (streams["email_activity"], streams["unsubscribes"]) == (0, 0)
    path = "/reports/c1/email-activity"
    account.lists[path][1] = recipient("c1", 2, did("bounce", type="hard"))
    account.lists["/reports"][0]["bounces"]["hard_bounces"] = 1
    home.pull(*EVENTS)
    assert home.rows(
        "SELECT kind, bounce_kind, deleted_at IS NULL FROM pulled.email_events"
        " WHERE email = 'p2@acme.example' ORDER BY kind"
    ) == [("bounce", "hard", True), ("delivered", None, False), ("sent", None, True)]


def test_a_bounce_is_not_missed_where_another_recipient_was_erased(
    home: Home, account: Account
) -> None:
    """What the report counts adds up to the same, but is not the same."""
    home.pull(*EVENTS)
    sums = account.lists["/reports"][0]
    sums["emails_sent"] -= 1
    sums["bounces"]["hard_bounces"] += 1
    bounced = recipient("c1", 1, did("bounce", 30, type="hard"))
    account.lists["/reports/c1/email-activity"] = [bounced]
    home.pull(*EVENTS)
    bounces = "SELECT email FROM pulled.email_events WHERE kind = 'bounce' AND deleted_at IS NULL"
    assert home.rows(bounces) == [("p1@acme.example",)]


def test_who_unsubscribed_is_read_again_where_their_number_stays_the_same(
    home: Home, account: Account
) -> None:
    """One who had unsubscribed was erased, and another unsubscribed meanwhile."""
    home.pull(*EVENTS)
    account.lists["/reports"][0]["emails_sent"] -= 1
    left = {**recipient("c1", 2), "timestamp": did("x", 19)["timestamp"]}
    account.lists["/reports/c1/unsubscribed"] = [left]
    home.pull(*EVENTS)
    left_by = "SELECT email FROM pulled.email_events WHERE kind = 'unsubscribe'"
    assert home.rows(f"{left_by} AND deleted_at IS NULL") == [("p2@acme.example",)]


def test_a_campaign_that_is_deleted_takes_its_events_along(home: Home, account: Account) -> None:
    """What a full pull would not give any more is gone after any pull."""
    home.pull("campaigns", *EVENTS)
    account.lists["/campaigns"] = account.lists["/reports"] = []
    home.pull("campaigns", *EVENTS)
    for entity in ("campaigns", "emails", "email_totals", "email_events"):
        mine = f"FROM pulled.{entity} WHERE id LIKE 'c1%'"
        assert home.rows(f"SELECT count(*) > 0, count(*) - count(deleted_at) {mine}") == [(True, 0)]


def test_totals_of_a_report(home: Home) -> None:
    """One for each kind, counted up to the last thing that the report tells of."""
    home.pull("reports")
    found = home.rows("SELECT kind, amount, counted_at FROM pulled.email_totals")
    assert {kind: amount for kind, amount, _ in found} == {
        "sent": 2,
        "delivered": 2,
        "open": 2,
        "unique_open": 1,
        "click": 1,
        "unique_click": 1,
        "bounce": 0,
        "unsubscribe": 1,
        "complaint": 0,
    }
    assert {moment for _, _, moment in found} == {NOON.replace(tzinfo=None, minute=2)}


def test_what_programs_did_is_told_from_what_people_did(home: Home, account: Account) -> None:
    """`filter_bots` leaves it out; each page with activity is read with and without it."""
    seen = [did("open", machine=True), did("open"), did("click", 3, machine=True)]
    account.lists["/reports/c1/email-activity"] = [recipient("c1", 1, *seen)]
    home.pull(*EVENTS[1:3])
    assert home.rows(
        "SELECT kind, is_machine FROM pulled.email_events WHERE kind IN ('open', 'click')"
        " ORDER BY kind, is_machine"
    ) == [("click", True), ("open", False), ("open", True)]


def test_who_got_which_variant(home: Home, account: Account) -> None:
    """Only `sent-to` tells, and only e-mails that test variants are asked for it."""
    account.lists["/campaigns"][0]["type"] = account.single["/campaigns/c1"]["type"] = "variate"
    group = {"absplit_group": "b", "status": "sent"}
    account.lists["/reports/c1/sent-to"] = [{**recipient("c1", 1), **group}]
    home.pull("campaigns", "activity_totals", "email_activity", "variants")
    assert home.rows("SELECT email, kind FROM pulled.email_events WHERE variant = 'b'") == [
        ("p1@acme.example", "sent")
    ]
    assert home.rows("SELECT kind FROM pulled.emails") == [("a_b_test",)]


def test_an_activity_of_no_known_kind_is_set_aside_alone(home: Home, account: Account) -> None:
    """The recipient's other activities are kept."""
    seen = [did("open"), did("teleport"), {"action": "click", "timestamp": ""}]
    account.lists["/reports/c1/email-activity"] = [recipient("c1", 1, *seen)]
    counts = home.pull(*EVENTS[1:3]).counts
    assert counts.quarantined == 2
    assert home.rows("SELECT count(*) FROM pulled.email_events") == [(3,)]


def test_a_member_without_a_contact_id_is_set_aside(home: Home, account: Account) -> None:
    """Nothing else would tell who it is once the address changes."""
    account.lists["/lists/l1/members"][0]["contact_id"] = ""
    assert home.pull("members").counts.quarantined == 1


def test_a_member_keeps_its_id_when_the_address_changes(home: Home, account: Account) -> None:
    """The hash of the address, which the API calls the id, becomes another one."""
    home.pull("members")
    moved = member(1, changed=NOON.replace(hour=14))
    moved |= {"email_address": "new@acme.example", "id": "0" * 32}
    account.lists["/lists/l1/members"][0] = moved
    home.pull("members")
    assert home.rows("SELECT email FROM pulled.contacts WHERE id = 'l1:c00001'") == [
        ("new@acme.example",)
    ]
    assert home.rows("SELECT count(*) FROM pulled.contacts") == [(2,)]


@pytest.mark.parametrize("rule", Mailchimp.default_channels, ids=lambda rule: rule.channel)
def test_the_rules_of_channels_are_legal(rule: ChannelRule) -> None:
    """They are conditions over the columns of contacts."""
    assert "original_source" in parse_condition(rule.where, Contact, "mailchimp").sql()
