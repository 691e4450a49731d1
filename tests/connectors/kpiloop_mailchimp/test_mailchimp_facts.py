"""Facts about Mailchimp that the connector rests on: each holds, and it keeps to each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from kpiloop import ManualClock, RefusedError, Source, Window
from kpiloop.testing import FaultServer, answer
from kpiloop_mailchimp.listing import PAGE
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings
from kpiloop_sandbox.mailchimp.objects import StoredAudience, StoredMember
from kpiloop_sandbox.mailchimp.options import DEFAULT_KEY
from kpiloop_sandbox.mailchimp.server import MailchimpSandbox
from kpiloop_sandbox.mailchimp.store import Store
from support.mailchimp import (
    NOON,
    Account,
    Connect,
    campaign,
    pages_of,
    problem,
    records_of,
    report,
    rows_in,
)

LATER = Window(start=NOON, end=NOON + timedelta(days=1))
CAMPAIGNS = answer({"campaigns": [], "total_items": 0})
OF_EMAILS: Mapping[str, tuple[str, ...]] = {
    "email_activity": ("c1",),
    "unsubscribes": ("c1",),
    "complaints": ("c1",),
    "variants": ("c1",),
    "survey_scores": ("s1:r1",),
}
"""The ids with which streams are asked that read what belongs to something else."""

WITHOUT_LINKS = "/3.0/reporting/surveys/s1/responses"
"""The one list whose rows have no links."""


def asked(server: FaultServer) -> Sequence[Mapping[str, Sequence[str]]]:
    """The parameters of all requests."""
    return [parse_qs(each.query) for each in server.received]


@pytest.fixture
def store() -> Iterator[Store]:
    """An audience of four, all of whom bear a tag; one of them alone is subscribed."""
    with Store() as store:
        store.load_audiences([StoredAudience(id="l1", name="News", created_at=NOON)])
        store.load_members(
            StoredMember(
                list_id="l1",
                email=f"{status}@acme.example",
                status=status,
                signed_up_at=NOON,
                changed_at=NOON,
                tags=("Fair",),
            )
            for status in ("subscribed", "unsubscribed", "cleaned", "transactional")
        )
        yield store


@pytest.fixture
def strict(store: Store) -> Iterator[Mailchimp]:
    """The connector of the simulated account, which knows Mailchimp's rules."""
    with MailchimpSandbox(store) as sandbox:
        settings = MailchimpSettings(api_key=SecretStr(DEFAULT_KEY), base_url=sandbox.base_url)
        connector = Mailchimp(settings, Source(name="mailchimp"))
        yield connector
        connector.close()


def test_a_segment_counts_subscribers_alone_unless_others_are_included(strict: Mailchimp) -> None:
    """The connector includes all whom the members tell, or the two would contradict each other."""
    plain = strict.api.get("/lists/l1/segments").find("segments")
    assert isinstance(plain, list)
    assert [each["member_count"] for each in plain if isinstance(each, dict)] == [1]
    assert [each.members for each in records_of(strict, "segments")] == [4]
    assert sum(len(rows_in(page)) for page in pages_of(strict, "member_tags")) == 4


def test_an_unknown_type_of_segment_silently_returns_nothing(strict: Mailchimp) -> None:
    """Tags are found by the type that they are known under, `static`, and by no other word."""
    path = "/lists/l1/segments"
    totals = [
        strict.api.get(path, {"type": each}).find("total_items") for each in ("tag", "static")
    ]
    assert totals == [0, 1]


def test_a_count_above_1000_is_cut_down_and_never_asked_for(
    mailchimp: Mailchimp, server: FaultServer
) -> None:
    """A page of 1,000 would otherwise look like the last one."""
    for stream in Mailchimp.streams():
        pages_of(mailchimp, stream, ids=OF_EMAILS.get(stream, ()))
    counts = {int(count) for each in asked(server) for count in each.get("count", ())}
    assert max(counts) == PAGE == 1_000


def test_links_are_left_out_of_every_list(mailchimp: Mailchimp, server: FaultServer) -> None:
    """By `exclude_fields`, or because others are named: half of an answer would be links."""
    for stream in Mailchimp.streams():
        pages_of(mailchimp, stream, ids=OF_EMAILS.get(stream, ()))
    for each in server.received:
        params = parse_qs(each.query)
        if "offset" in params and each.path != WITHOUT_LINKS:
            assert "fields" in params or "_links" in params["exclude_fields"][0].split(",")


@pytest.mark.parametrize(
    "stream", ["campaigns", "reports", "orders", "customers", "products", "landing_pages"]
)
def test_what_has_no_filter_by_change_is_listed_again_whole(
    mailchimp: Mailchimp, server: FaultServer, stream: str
) -> None:
    """Campaigns can be asked for by making and sending alone, the others not even by these."""
    everything = records_of(mailchimp, stream)
    assert everything
    assert records_of(mailchimp, stream, window=LATER) == everything
    names = {name for each in asked(server) for name in each}
    assert not [name for name in names if name.startswith(("since", "before"))]


def test_email_activity_is_never_asked_for_since_a_moment(
    mailchimp: Mailchimp, server: FaultServer
) -> None:
    """`since` would leave recipients without what they did before, which then looked gone."""
    pages_of(mailchimp, "email_activity", ids=("c1",), window=LATER)
    assert not [each for each in asked(server) if "since" in each]


def test_a_never_opened_last_open_is_an_empty_text(mailchimp: Mailchimp, account: Account) -> None:
    """It is no time: the report is then as old as its sending."""
    account.lists["/reports"] = [report("c1")]
    totals = records_of(mailchimp, "reports")
    assert {each.counted_at for each in totals} == {NOON - timedelta(days=1)}
    assert {each.amount for each in totals if each.kind == "open"} == {0}


def test_a_deleted_campaign_leaves_no_tombstone(mailchimp: Mailchimp, account: Account) -> None:
    """It is missing from the list, and its own address is a 404."""
    account.lists["/campaigns"] = [campaign("c2")]
    del account.single["/campaigns/c1"]
    assert {each.id for each in records_of(mailchimp, "campaigns")} == {"c2"}
    assert pages_of(mailchimp, "variants", ids=("c1",)) == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_429_and_5xx_are_tried_again(connect: Connect, status: int) -> None:
    """They pass by themselves."""
    with FaultServer([problem(status, "Later."), CAMPAIGNS]) as server:
        mailchimp = connect(base_url=server.base_url, clock=ManualClock(NOON))
        assert records_of(mailchimp, "campaigns") == []
        assert len(server.received) == 2


@pytest.mark.parametrize("status", [400, 405, 422])
def test_other_4xx_are_final(connect: Connect, status: int) -> None:
    """One call, and the words of the problem document."""
    with FaultServer([problem(status, "No.")]) as server:
        with pytest.raises(RefusedError, match=r"No\."):
            records_of(connect(base_url=server.base_url), "campaigns")
        assert len(server.received) == 1
