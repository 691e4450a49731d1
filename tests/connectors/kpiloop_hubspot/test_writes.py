"""Values on their way into records: each row has its own fate, and none is guessed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop import (
    Change,
    CredentialError,
    Definition,
    Kind,
    ManualClock,
    Outcome,
    QuotaError,
    RefusedError,
    Status,
    Value,
    Writer,
)
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer, reset, too_many
from kpiloop_hubspot.reads import Hubspot
from kpiloop_sandbox.hubspot.kinds import kind_of
from kpiloop_sandbox.hubspot.options import ALL_SCOPES
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store
from support.hubspot import NOON, Connect, editor, stored

DAYS = Definition(entity="contacts", field="kpiloop_days", title="Days", kind=Kind.NUMBER)
BAND = Definition(
    entity="contacts", field="kpiloop_band", title="Band", kind=Kind.TEXT, choices=("A", "B")
)
OF_DEALS = replace(DAYS, entity="deals")


@pytest.fixture
def writer(hubspot: Hubspot, store: Store) -> Writer:
    """A writer into an account of 250 contacts that has the properties."""
    store.load(stored("contacts", key) for key in range(1, 251))
    writer = hubspot.writer()
    writer.define([DAYS, BAND])
    return writer


def change(key: int | str, value: Value = Decimal(5), *, entity: str = "contacts") -> Change:
    """A new number of days for one record."""
    return Change(entity=entity, id=str(key), values={DAYS.field: value})


def written(writer: Writer, changes: Sequence[Change]) -> dict[str, Outcome]:
    """The outcome of each record's change."""
    outcomes = list(writer.write(changes, [DAYS, BAND, OF_DEALS]))
    assert len(outcomes) == len(changes)
    return {outcome.id: outcome for outcome in outcomes}


def held(writer: Writer, *ids: str) -> dict[str, Value]:
    """The days that the records hold."""
    return {each.id: each.values[DAYS.field] for each in writer.current("contacts", ids, [DAYS])}


def test_values_are_written_a_hundred_records_a_call(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """All are confirmed, and the records hold them."""
    sandbox.counters.requests.clear()
    outcomes = written(writer, [change(key, Decimal(key) / 4) for key in range(1, 251)])
    assert {outcome.status for outcome in outcomes.values()} == {Status.CONFIRMED}
    assert sandbox.counters.requests.total() == 3
    assert held(writer, "1", "250") == {"1": Decimal("0.25"), "250": Decimal("62.5")}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, "as of 2026-06-01; n = 12"),
        (Kind.NUMBER, Decimal("-12.345678")),
        (Kind.WHOLE, Decimal(12)),
        (Kind.MONEY, Decimal("1200.50")),
        (Kind.FLAG, True),
        (Kind.FLAG, False),
        (Kind.INSTANT, datetime(2026, 6, 1, 12, 30, 0, 5_000, tzinfo=UTC)),
        (Kind.DAY, date(2026, 6, 1)),
        (Kind.NUMBER, None),
    ],
)
def test_every_kind_of_value_is_written_and_read_back(
    store: Store, hubspot: Hubspot, kind: Kind, value: Value
) -> None:
    """What comes back equals what was sent, so that a second run has nothing to do."""
    store.load([stored("contacts", 1)])
    definition = replace(DAYS, kind=kind)
    writer = hubspot.writer()
    writer.define([definition])
    [outcome] = writer.write([change(1, value)], [definition])
    assert outcome.status is Status.CONFIRMED
    [current] = writer.current("contacts", ["1"], [definition])
    assert current.values == {DAYS.field: value}


def test_none_clears_a_value(writer: Writer) -> None:
    """HubSpot takes an empty text for it."""
    written(writer, [change(1)])
    written(writer, [change(1, None)])
    assert held(writer, "1") == {"1": None}


def test_a_record_that_does_not_exist_is_rejected_and_never_made(
    store: Store, writer: Writer
) -> None:
    """The batch answers 207: the others are written, and no contact is added."""
    outcomes = written(writer, [change(1), change(999_999), change(2)])
    assert [outcomes[key].status for key in ("1", "999999", "2")] == [
        Status.CONFIRMED,
        Status.REJECTED,
        Status.CONFIRMED,
    ]
    assert outcomes["999999"].reason.startswith("OBJECT_NOT_FOUND: ")
    assert outcomes["999999"].is_final
    assert store.count(kind_of("contacts")) == 250


def test_a_value_that_hubspot_refuses_costs_no_other_row(writer: Writer) -> None:
    """The row is rejected in HubSpot's own words."""
    bad = Change(entity="contacts", id="2", values={BAND.field: "Z"})
    outcomes = written(writer, [change(1), bad, change(3)])
    assert outcomes["2"].status is Status.REJECTED
    assert "Z was not one of the allowed options" in outcomes["2"].reason
    assert {outcomes["1"].status, outcomes["3"].status} == {Status.CONFIRMED}


def test_a_record_that_changes_twice_is_sent_in_two_batches(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """An id that stands twice in a batch has HubSpot refuse all of it."""
    sandbox.counters.requests.clear()
    outcomes = list(writer.write([change(1), change(2), change(1, Decimal(9))], [DAYS]))
    assert [outcome.status for outcome in outcomes] == [Status.CONFIRMED] * 3
    assert sandbox.counters.requests.total() == 2
    assert held(writer, "1") == {"1": Decimal(9)}


def test_entities_are_written_side_by_side(store: Store, writer: Writer) -> None:
    """Each goes to its own endpoint, in whatever order the changes come."""
    store.load([stored("deals", 1)])
    writer.define([OF_DEALS])
    outcomes = list(writer.write([change(1), change(1, entity="deals")], [DAYS, OF_DEALS]))
    assert {(each.entity, each.status) for each in outcomes} == {
        ("contacts", Status.CONFIRMED),
        ("deals", Status.CONFIRMED),
    }


def test_what_records_hold_is_read_without_the_index(
    sandbox: HubspotSandbox, writer: Writer
) -> None:
    """A search would still show the old value."""
    sandbox.options = replace(sandbox.options, index_lag_seconds=3_600)
    written(writer, [change(1)])
    assert held(writer, "1") == {"1": Decimal(5)}


def test_a_record_that_is_gone_holds_nothing(store: Store, writer: Writer) -> None:
    """Archived, merged away or never there: it is left out."""
    editor(store, "contacts", NOON).archive(1)
    editor(store, "contacts", NOON).merge(2, 3)
    assert held(writer, "1", "2", "404", "5") == {"5": None}


def test_a_record_that_cannot_be_read_is_not_gone(connect: Connect) -> None:
    """An error of HubSpot's own says nothing about what the record holds."""
    error = {"category": "INTERNAL_ERROR", "message": "try later"}
    with FaultServer([partly(["1"], error)]) as server:
        writer = connect(base_url=server.base_url).writer()
        with pytest.raises(RefusedError, match="INTERNAL_ERROR: try later"):
            held(writer, "1", "2")


def test_a_text_that_somebody_typed_comes_back_as_text(store: Store, writer: Writer) -> None:
    """It fits no number, but it must be seen to be kept."""
    editor(store, "contacts", NOON).update(1, {DAYS.field: "about five"})
    assert held(writer, "1") == {"1": "about five"}


def test_a_missing_right_stops_its_entity_and_no_other(
    store: Store, sandbox: HubspotSandbox, connect: Connect, writer: Writer
) -> None:
    """Deals are written although contacts may not be; the contacts may be another time."""
    store.load([stored("deals", 1)])
    writer.define([OF_DEALS])
    scopes = ALL_SCOPES - {"crm.objects.contacts.write"}
    sandbox.options = replace(sandbox.options, tokens={"narrow": scopes})
    narrow = connect(token=SecretStr("narrow")).writer()
    changes = [*(change(key) for key in range(1, 251)), change(1, entity="deals")]
    outcomes = list(narrow.write(changes, [DAYS, OF_DEALS]))
    of_contacts = [each for each in outcomes if each.entity == "contacts"]
    assert {each.status for each in of_contacts} == {Status.REJECTED}
    assert len(of_contacts) == 250
    assert not any(each.is_final for each in of_contacts)
    assert [each.status for each in outcomes if each.entity == "deals"] == [Status.CONFIRMED]


class Desk:
    """A HubSpot of one endpoint, whose answers a test chooses by the rows of the batch."""

    def __init__(self, answers: Callable[[list[str]], Reply]) -> None:
        self.batches: list[list[str]] = []
        self._answers = answers

    def __call__(self, request: Received) -> Reply:
        """Take a batch."""
        body: Any = request.json()
        ids = [row["id"] for row in body["inputs"]]
        self.batches.append(ids)
        return self._answers(ids)


def wrote(ids: Sequence[str]) -> Reply:
    """All rows worked."""
    rows = [{"id": key, "properties": {DAYS.field: "5"}} for key in ids]
    return answer({"status": "COMPLETE", "results": rows})


def partly(ids: Sequence[str], *errors: dict[str, object]) -> Reply:
    """Some rows worked."""
    rows = [{"id": key, "properties": {}} for key in ids]
    return answer({"results": rows, "errors": errors, "numErrors": len(errors)}, status=207)


def refused(message: str) -> Reply:
    """The whole batch is refused."""
    body = {"status": "error", "category": "VALIDATION_ERROR", "message": message}
    return answer(body, status=400)


def at(connect: Connect, desk: Desk | Sequence[Reply], changes: Sequence[Change]) -> list[Outcome]:
    """The outcomes of changes sent to such a desk."""
    with FaultServer(desk) as server:
        hubspot = connect(base_url=server.base_url, clock=ManualClock(NOON))
        return list(hubspot.writer().write(changes, [DAYS]))


def test_one_row_that_has_the_whole_batch_refused_is_found(connect: Connect) -> None:
    """The batch is halved until the row is alone; all others are written."""
    desk = Desk(
        lambda ids: refused("MISSING_REQUIRED_PROPERTY: budget") if "37" in ids else wrote(ids)
    )
    outcomes = at(connect, desk, [change(key) for key in range(1, 101)])
    rejected = [each for each in outcomes if each.status is Status.REJECTED]
    assert [each.id for each in rejected] == ["37"]
    assert "MISSING_REQUIRED_PROPERTY" in rejected[0].reason
    assert len(outcomes) == len({each.id for each in outcomes}) == 100
    assert len(desk.batches) <= 2 * 7 + 1


def test_a_property_that_is_gone_rejects_its_rows_at_once(connect: Connect) -> None:
    """Somebody archived it meanwhile: the rows with it are to blame, and no halving is needed."""
    gone = Change(entity="contacts", id="7", values={"kpiloop_gone": "x"})

    def reply(ids: list[str]) -> Reply:
        bad = '[{"message":"Property \\"kpiloop_gone\\" does not exist"}]'
        return refused(f"Property values were not valid: {bad}") if "7" in ids else wrote(ids)

    desk = Desk(reply)
    outcomes = at(connect, desk, [*(change(key) for key in range(1, 6)), gone])
    assert {each.id for each in outcomes if each.status is Status.REJECTED} == {"7"}
    assert [len(batch) for batch in desk.batches] == [6, 5]


def test_a_property_that_all_rows_have_is_refused_once(connect: Connect) -> None:
    """A hundred rows with the same fault cost one call, not two hundred."""
    problem = f'[{{"message":"Property \\"{DAYS.field}\\" does not exist"}}]'
    desk = Desk(lambda _ids: refused(f"Property values were not valid: {problem}"))
    outcomes = at(connect, desk, [change(key) for key in range(1, 101)])
    assert {each.status for each in outcomes} == {Status.REJECTED}
    assert len(desk.batches) == 1


def test_a_row_that_hubspot_does_not_mention_is_unknown(connect: Connect) -> None:
    """Neither among the results nor among the errors: it must be read back."""
    desk = Desk(lambda ids: wrote(ids[:-1]))
    first, second = at(connect, desk, [change(1), change(2)])
    assert (first.status, second.status) == (Status.CONFIRMED, Status.UNKNOWN)


def test_an_error_that_names_no_row_is_the_reason_of_those_left_over(connect: Connect) -> None:
    """Which row failed is not said, so that those without an answer are unknown."""
    error = {"status": "error", "category": "INTERNAL_ERROR", "message": "out of luck"}
    desk = Desk(lambda ids: partly(ids[:1], error))
    first, second = at(connect, desk, [change(1), change(2)])
    assert first.status is Status.CONFIRMED
    assert (second.status, second.reason) == (Status.UNKNOWN, "INTERNAL_ERROR: out of luck")


def test_a_row_is_found_by_the_trace_that_was_sent_with_it(connect: Connect) -> None:
    """Errors name a row by its id or by the trace; a lock may be gone at the next try."""
    locked = {"category": "LOCKED", "context": {"objectWriteTraceId": ["2"]}}
    wrong = {"category": "VALIDATION_ERROR", "context": {"ids": ["3"]}}
    desk = Desk(lambda ids: partly(ids[:1], locked, wrong))
    outcomes = at(connect, desk, [change(1), change(2), change(3)])
    assert [(each.status, each.is_final) for each in outcomes] == [
        (Status.CONFIRMED, True),
        (Status.REJECTED, False),
        (Status.REJECTED, True),
    ]


def test_a_value_that_comes_back_changed_is_not_confirmed(connect: Connect) -> None:
    """HubSpot says that it wrote, but shows another value: it must be read back."""
    desk = Desk(wrote)
    [outcome] = at(connect, desk, [change(1, Decimal(6))])
    assert outcome.status is Status.UNKNOWN
    assert DAYS.field in outcome.reason


def test_a_lost_answer_leaves_the_outcome_unknown(connect: Connect) -> None:
    """The connection broke at every try; what follows is not sent, and may be another time."""
    outcomes = at(connect, [reset()], [change(key) for key in range(1, 151)])
    assert [each.status for each in outcomes] == [Status.UNKNOWN] * 100 + [Status.REJECTED] * 50
    assert outcomes[-1].reason.startswith("not sent: ")
    assert not any(each.is_final for each in outcomes)


def test_an_answer_that_is_lost_once_is_asked_for_again(connect: Connect) -> None:
    """An update by id may be repeated: it leaves the same values behind."""
    tries: list[Reply] = [reset(), reset(), wrote(["1"])]
    [outcome] = at(connect, tries, [change(1)])
    assert outcome.status is Status.CONFIRMED


def test_an_answer_that_says_nothing_leaves_the_outcome_unknown(connect: Connect) -> None:
    """A page that is no batch is no confirmation, whatever its status; the next batch is sent."""
    desk = Desk(lambda ids: answer(["?"]) if "1" in ids else wrote(ids))
    outcomes = at(connect, desk, [change(key) for key in range(1, 151)])
    assert [each.status for each in outcomes] == [Status.UNKNOWN] * 100 + [Status.CONFIRMED] * 50


@pytest.mark.parametrize("said", ["used up", "key withdrawn"])
def test_what_stops_all_writing_is_raised_and_judges_no_row(connect: Connect, said: str) -> None:
    """A day that is used up and a key that is withdrawn are nothing that a record did."""
    used_up = too_many(body={"errorType": "RATE_LIMIT", "policyName": "DAILY"})
    refusal, error = {
        "used up": (used_up, QuotaError),
        "key withdrawn": (answer({}, status=401), CredentialError),
    }[said]
    with pytest.raises(error):
        at(connect, [refusal], [change(key) for key in range(1, 151)])
