"""Members by their last change: windows, and spans of large audiences."""

from datetime import timedelta

from kpiloop import Read, Window
from kpiloop.testing import FaultServer
from kpiloop_mailchimp.listing import PAGE
from kpiloop_mailchimp.members import Span, just_before
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.wire import Member
from support.mailchimp import EVERYTHING, NOON, Account, member, pages_of, records_of, told

SECOND = timedelta(seconds=1)
MANY = 6 * PAGE


def large(account: Account) -> None:
    """An audience that is worth cutting: one change a second."""
    account.lists["/lists/l1/members"] = [
        member(each, changed=NOON + each * SECOND) for each in range(MANY)
    ]


def test_since_is_exclusive_and_seconds_are_whole(mailchimp: Mailchimp, account: Account) -> None:
    """A window begins a second early, lest what happened later in its first second be missed."""
    account.lists["/lists/l1/members"] = [
        member(each, changed=NOON + each * SECOND) for each in range(-2, 2)
    ]
    window = Window(start=NOON + timedelta(milliseconds=600), end=EVERYTHING.end)
    found = {record.email for record in records_of(mailchimp, "members", window=window)}
    assert found == {"p0@acme.example", "p1@acme.example"}


def test_a_window_of_changes_costs_one_call_beside_the_audiences(
    server: FaultServer, mailchimp: Mailchimp
) -> None:
    """Only a full read looks whether an audience is worth cutting."""
    window = Window(start=NOON, end=EVERYTHING.end)
    pages_of(mailchimp, "members", window=window)
    assert [each.path for each in server.received] == ["/3.0/lists", "/3.0/lists/l1/members"]


def test_a_large_audience_is_cut_into_spans_without_gaps(
    mailchimp: Mailchimp, account: Account
) -> None:
    """Each ends where the next one begins, and the last has no end."""
    large(account)
    cut = mailchimp.streams()["members"].slices
    assert cut
    spans = [Span.parse(each) for each in cut(mailchimp, Read(window=EVERYTHING))]
    assert len(spans) == MANY // (2 * PAGE)
    assert [each.since for each in spans[1:]] == [each.before for each in spans[:-1]]
    assert (spans[0].since, spans[-1].before) == ("", "")
    assert len({record.id for record in records_of(mailchimp, "members")}) == MANY


def test_who_is_changed_leaves_a_span_and_is_found_behind_it(
    mailchimp: Mailchimp, account: Account
) -> None:
    """A span also reads what changed since the cut: the last span may be read long before."""
    large(account)
    cut = mailchimp.streams()["members"].slices
    assert cut
    first, *others = cut(mailchimp, Read(window=EVERYTHING))
    found = {
        record.id for other in others for record in records_of(mailchimp, "members", slice=other)
    }
    account.lists["/lists/l1/members"][7]["last_changed"] = told(NOON + MANY * SECOND)
    found |= {record.id for record in records_of(mailchimp, "members", slice=first)}
    assert len(found) == MANY


def test_only_fields_that_are_needed_are_asked_for(
    server: FaultServer, mailchimp: Mailchimp
) -> None:
    """A member has dozens of fields, and most of an answer would be links and statistics."""
    needed = {Member: ("email_address", "merge_fields.FNAME", "merge_fields.PRODUCT")}
    pages_of(mailchimp, "members", fields=needed)
    query = server.received[-1].query
    assert "members.merge_fields" in query
    assert "stats" not in query


def test_the_second_before() -> None:
    """In the form in which Mailchimp tells times."""
    assert just_before("2026-06-01T12:00:00+00:00") == "2026-06-01T11:59:59+00:00"
