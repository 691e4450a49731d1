"""Lists that are edited while they are read: nobody is left out."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from kpiloop import UnavailableError, UntrustedAnswerError
from kpiloop.testing import FaultServer
from kpiloop_mailchimp.listing import OVERLAP, PAGE, Place
from kpiloop_mailchimp.reads import Mailchimp
from support.mailchimp import (
    NOON,
    Account,
    campaign,
    member,
    pages_of,
    recipient,
    records_of,
    rows_in,
    told,
)

Edit = Callable[[], object]


def at_offset(account: Account, offset: int, edit: Edit) -> None:
    """Have somebody edit the account just before the page at an offset is given."""
    edits = [edit]

    def before(_path: str, query: Mapping[str, str]) -> None:
        if query.get("offset") == str(offset) and edits:
            edits.pop()()

    account.before = before


def names_of(mailchimp: Mailchimp, stream: str) -> set[str]:
    """The ids that a stream gives, each perhaps several times."""
    return {record.id for record in records_of(mailchimp, stream)}


@pytest.mark.parametrize("gone", [1, OVERLAP, OVERLAP + 1, 300])
def test_offsets_shift_when_rows_before_them_go(
    mailchimp: Mailchimp, account: Account, gone: int
) -> None:
    """Where the next page does not join the last one, the list is read from further up."""
    account.lists["/campaigns"] = [campaign(f"c{each:05}") for each in range(2 * PAGE)]
    stay = {each["id"] for each in account.lists["/campaigns"][gone:]}

    def delete() -> None:
        del account.lists["/campaigns"][:gone]

    at_offset(account, PAGE - OVERLAP, delete)
    assert stay <= names_of(mailchimp, "campaigns")


def test_pages_overlap_by_a_few_rows_which_are_given_once(
    server: FaultServer, mailchimp: Mailchimp, account: Account
) -> None:
    """A list at rest costs no further page, and no row comes twice."""
    account.lists["/campaigns"] = [campaign(f"c{each:05}") for each in range(PAGE + 7)]
    found = [record.id for record in records_of(mailchimp, "campaigns")]
    assert len(found) == 2 * len({*found})  # a campaign and an e-mail each
    assert len(server.received) == 2


def test_reading_stops_at_a_short_page_whatever_the_total_says(
    server: FaultServer, mailchimp: Mailchimp, account: Account
) -> None:
    """`total_items` is too low with some parameters; `count` above 1,000 is cut down unsaid."""
    account.lists["/campaigns"] = [campaign(f"c{each:05}") for each in range(PAGE)]
    assert len(names_of(mailchimp, "campaigns")) == PAGE
    assert [f"count={PAGE}" in each.query for each in server.received] == [True, True]


def test_a_list_without_pages_comes_whole(mailchimp: Mailchimp, account: Account) -> None:
    """The spec gives `abuse-reports` neither `count` nor `offset`: more rows than asked are all."""
    rows = [{**recipient("c1", each), "date": told(NOON)} for each in range(PAGE + 1)]
    account.single["/reports/c1/abuse-reports"] = {"abuse_reports": rows}
    pages = pages_of(mailchimp, "complaints", ids=("c1",))
    assert [len(rows_in(page)) for page in pages] == [PAGE + 1]


def test_a_list_that_never_rests_is_given_up(mailchimp: Mailchimp, account: Account) -> None:
    """A page that never joins the last one would be read for ever."""
    number = iter(range(10**9))

    def before(*_: object) -> None:
        account.lists["/campaigns"] = [campaign(f"c{next(number)}") for _ in range(PAGE)]

    account.before = before
    with pytest.raises(UnavailableError, match="edited faster than it can be read"):
        pages_of(mailchimp, "campaigns")


def test_an_answer_without_its_list_is_not_believed(mailchimp: Mailchimp, account: Account) -> None:
    """An empty list would mean that everything was deleted."""
    account.single["/campaigns"] = {"total_items": 3}
    with pytest.raises(UntrustedAnswerError, match="no list of campaigns"):
        pages_of(mailchimp, "campaigns")


def test_a_member_who_is_edited_during_the_read_is_not_missed(
    mailchimp: Mailchimp, account: Account
) -> None:
    """The edit moves the member to the end, where it is met again; nobody else is passed over."""
    path = "/lists/l1/members"
    account.lists[path] = [
        member(each, changed=NOON + timedelta(seconds=each)) for each in range(PAGE + 50)
    ]

    def edit() -> None:
        account.lists[path][3]["last_changed"] = told(NOON + timedelta(hours=1))

    edits = [edit]

    def before(_path: str, query: Mapping[str, str]) -> None:
        if query.get("since_last_changed") and edits:
            edits.pop()()

    account.before = before
    assert len(names_of(mailchimp, "members")) == PAGE + 50


def test_a_second_in_which_more_members_changed_than_a_page_holds(
    mailchimp: Mailchimp, account: Account
) -> None:
    """Imports do that: within the second only offsets lead on."""
    path = "/lists/l1/members"
    account.lists[path] = [member(each) for each in range(3 * PAGE)]
    account.lists[path] += [member(9_999, changed=NOON + timedelta(hours=1))]

    def archive() -> None:
        for row in account.lists[path][:200]:
            row.update(status="archived", last_changed=told(NOON + timedelta(hours=2)))

    at_offset(account, 2 * (PAGE - OVERLAP), archive)
    stay = {f"l1:c{each:05}" for each in (*range(200, 3 * PAGE), 9_999)}
    assert stay <= names_of(mailchimp, "members")


def test_a_place_keeps_what_a_checkpoint_needs() -> None:
    """A checkpoint is plain data, and leads to the same place again."""
    place = Place(offset=995, last=("a", "b"), since="x", before="y")
    assert Place.of(place.model_dump(mode="json"), Place()) == place
