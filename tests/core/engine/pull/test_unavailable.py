"""Streams that an account does not have: left out with a reason, and the pull goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from kpiloop.clock import ManualClock
from kpiloop.connector.reading import Read, reads
from kpiloop.engine.cycle.horizon import as_of
from kpiloop.engine.pull.report import PullReport, StreamReport
from kpiloop.engine.pull.run import pull
from kpiloop.errors import KpiloopError, NotFoundError, RefusedError, ScopeError, UnavailableError
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page
from support.memory_vendor import START, Acme, AcmeData, AcmeDeal, AcmeLink


class SmallAcme(Acme):
    """An Acme of which some accounts have no deals."""

    name: ClassVar[str] = "small_acme"

    @reads(AcmeDeal, optional=True)
    def deals(self, read: Read) -> Iterator[Page]:
        """Deals, where the account has them."""
        return self._pages("deals", read, list(self.data.deals.values()))

    @reads(AcmeLink, each="deals")
    def links(self, read: Read) -> Iterator[Page]:
        """The contacts of each deal."""
        return self._pages("links", read, [])


class Plan:
    """An account whose plan may lose its deals."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.data = AcmeData()
        self.data.contact(1)
        self.data.deals["d"] = {"id": "d", "value": "10", "changed": START.isoformat()}
        self.clock = ManualClock(START)
        self.warehouse = warehouse
        self.acme = SmallAcme(self.data, self.clock)

    def pull(self) -> PullReport:
        """Pull an hour later."""
        self.clock.advance(3_600)
        return pull(self.warehouse, self.acme)

    def deals(self) -> list[tuple[object, ...]]:
        """The deals that are stored."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute("SELECT id, deleted_at FROM pulled.deals").fetchall()


@pytest.fixture
def plan(tmp_path: Path) -> Iterator[Plan]:
    """An account with a contact and a deal."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        yield Plan(warehouse)


def stream(report: PullReport, name: str) -> StreamReport:
    """What became of one stream."""
    return next(each for each in report.streams if each.stream == name)


@pytest.mark.parametrize(
    "refusal",
    [
        ScopeError("the key may not do this"),
        NotFoundError("there is no such path", status=404),
        RefusedError("gone", status=410),
        RefusedError("not in this plan", status=403),
    ],
    ids=["scope", "missing", "retired", "plan"],
)
def test_an_optional_stream_that_is_refused_is_left_out_with_its_reason(
    plan: Plan, refusal: KpiloopError
) -> None:
    """The pull is green, everything else is read, and the report says why this was not."""
    plan.data.fails["deals"] = refusal
    report = plan.pull()
    assert report.is_green
    assert stream(report, "deals").unavailable == refusal.what
    assert stream(report, "contacts").counts.new == 1


def test_what_was_stored_of_an_unavailable_stream_stays(plan: Plan) -> None:
    """A plan that was given up deletes nothing that was known."""
    plan.pull()
    plan.data.fails["deals"] = ScopeError("the key may not do this")
    plan.pull()
    assert plan.deals() == [("d", None)]


def test_what_follows_an_unavailable_stream_is_left_out_too(plan: Plan) -> None:
    """It is not even asked for."""
    plan.data.fails["deals"] = ScopeError("the key may not do this")
    report = plan.pull()
    assert stream(report, "links").unavailable == "the key may not do this"
    assert plan.data.asked_for("links") == []


def test_an_unavailable_stream_does_not_hold_the_as_of_time_back(plan: Plan) -> None:
    """Values are computed up to now, although nobody will ever read that stream."""
    plan.data.fails["deals"] = ScopeError("the key may not do this")
    plan.pull()
    plan.pull()
    streams = [("acme", name) for name in SmallAcme.streams()]
    with plan.warehouse.cursor() as cursor:
        assert as_of(cursor, streams) == plan.clock.now()


def test_a_stream_that_comes_back_is_read_from_where_it_was(plan: Plan) -> None:
    """A new plan brings it, and nothing is asked to be repaired by hand."""
    plan.data.fails["deals"] = ScopeError("the key may not do this")
    plan.pull()
    del plan.data.fails["deals"]
    report = plan.pull()
    assert stream(report, "deals").counts.new == 1
    assert plan.deals() == [("d", None)]


def test_a_refused_stream_leaves_no_reading_behind(plan: Plan) -> None:
    """When it comes back, it is cut anew: what it was cut into then may be gone by now."""
    plan.data.fails["deals"] = NotFoundError("there is no such path", status=404)
    plan.pull()
    with plan.warehouse.cursor() as cursor:
        assert cursor.execute("SELECT stream FROM state.readings").fetchall() == []


def test_an_outage_is_not_taken_for_a_missing_stream(plan: Plan) -> None:
    """Whoever cannot be reached has said nothing about the plan."""
    plan.data.fails["deals"] = UnavailableError("no answer", status=503)
    report = plan.pull()
    assert not report.is_green
    assert stream(report, "deals").unavailable == ""


def test_a_refusal_of_what_every_account_has_is_an_error(plan: Plan) -> None:
    """Without contacts there is nothing to count: the key must be mended."""
    plan.data.fails["contacts"] = ScopeError("the key may not do this")
    report = plan.pull()
    assert "contacts" in report.failed
