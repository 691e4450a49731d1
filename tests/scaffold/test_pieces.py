"""What docs/writing_plugins.md shows for vendors that are not like Acme does its work."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kpiloop import Settings
from kpiloop.connector.base import Source
from kpiloop.connector.reading import Read, Window
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.testing import FaultServer, ImpatientClock, Received, Reply, answer
from kpiloop.warehouse.store import Warehouse
from scaffold.pieces import ANSWERS, Odd


@pytest.fixture
def odd() -> Iterator[Odd]:
    """The connector, before a vendor that finds the first request too fast."""
    waiting = [answer({"code": "too_fast"}, status=403)]

    def respond(request: Received) -> Reply:
        if waiting:
            return waiting.pop()
        return answer(ANSWERS[request.path + (request.query and f"?{request.query}")])

    connector = Odd(Settings(), Source(name="odd", clock=ImpatientClock()))
    with FaultServer(respond) as server, closing(connector):
        connector.base_url = server.base_url
        yield connector


def test_all_pieces_are_pulled(odd: Odd, tmp_path: Path) -> None:
    """Numbered pages, slices and rows of two records are stored, after one answer of too fast."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        report = pull(warehouse, odd, PullRequest())
    assert {each.stream: each.counts.new for each in report.streams} == {
        "contacts": 3,
        "deals": 3,
        "email_events": 3,
    }


def test_numbered_pages_go_on_behind_the_last_one(odd: Odd) -> None:
    """A read that was interrupted begins at the page that its checkpoint names."""
    read = Read(window=Window(start=None, end=ImpatientClock().now()), checkpoint=2)
    (page,) = odd.contacts(read)
    assert page.checkpoint is None
    assert b'"id": 3' in (page.body or b"")
