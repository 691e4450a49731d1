"""What docs/writing_plugins.md shows for vendors that are not like Acme does its work."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from kpiloop import Page, Settings, Text, reads
from kpiloop.connector.base import Source
from kpiloop.connector.reading import Read, Window
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.testing import FaultServer, ImpatientClock, Received, Reply, answer
from kpiloop.warehouse.store import Warehouse
from scaffold.pieces import ANSWERS, Odd, OddContact


class DefaultStage(OddContact):
    """A contact whose stage is a default, for the vendor tells none."""

    stage: Text = "lead"


class OmittedStage(DefaultStage):
    """The same at a vendor that leaves out what has no value."""

    omits_nulls: ClassVar[bool] = True

    stage: Text = "lead"


class OddDefaults(Odd):
    """A connector that hopes for defaults."""

    @reads(DefaultStage)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Three contacts."""
        return super().contacts(read)

    @reads(OmittedStage)
    def customers(self, read: Read) -> Iterator[Page]:
        """One more."""
        del read
        yield Page.json(b'[{"id": "9"}]')


@pytest.fixture(params=[Odd])
def odd(request: pytest.FixtureRequest) -> Iterator[Odd]:
    """The connector, before a vendor that finds the first request too fast."""
    waiting = [answer({"code": "too_fast"}, status=403)]

    def respond(request: Received) -> Reply:
        if waiting:
            return waiting.pop()
        return answer(ANSWERS[request.path + (request.query and f"?{request.query}")])

    connector: Odd = request.param(Settings(), Source(name="odd", clock=ImpatientClock()))
    with FaultServer(respond) as server, closing(connector):
        connector.base_url = server.base_url
        yield connector


def test_all_pieces_are_pulled(odd: Odd, tmp_path: Path) -> None:
    """Pages by number and by link, slices and nested rows are stored, after one "too fast"."""
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        report = pull(warehouse, odd, PullRequest())
    assert {each.stream: each.counts.new for each in report.streams} == {
        "contacts": 3,
        "deals": 3,
        "invoices": 3,
        "email_events": 3,
    }


def stored(odd: Odd, folder: Path, question: str) -> list[tuple[object, ...]]:
    """What a warehouse tells after a pull."""
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        pull(warehouse, odd, PullRequest())
        with warehouse.cursor() as cursor:
            return cursor.execute(question).fetchall()


def test_a_word_that_every_row_gets_is_stored(odd: Odd, tmp_path: Path) -> None:
    """What the vendor does not say, and is the same for all, stands in `made_keys`."""
    assert stored(odd, tmp_path, "SELECT DISTINCT kind FROM pulled.email_events") == [("click",)]


@pytest.mark.parametrize("odd", [OddDefaults], indirect=True)
def test_a_default_is_stored_only_where_the_vendor_leaves_out_what_has_no_value(
    odd: Odd, tmp_path: Path
) -> None:
    """Elsewhere a key that the row lacks leaves the field alone, whatever its default."""
    found = stored(odd, tmp_path, "SELECT id, stage FROM pulled.contacts ORDER BY id")
    assert found == [("1", None), ("2", None), ("3", None), ("9", "lead")]


def test_a_broken_item_of_a_list_costs_that_item(odd: Odd, tmp_path: Path) -> None:
    """The line without a number is set aside; the order and its other line are stored."""
    found = stored(odd, tmp_path, "SELECT id, product FROM pulled.order_lines")
    assert found == [("1-0", "tea")]


def test_numbered_pages_go_on_behind_the_last_one(odd: Odd) -> None:
    """A read that was interrupted begins at the page that its checkpoint names."""
    read = Read(window=Window(start=None, end=ImpatientClock().now()), checkpoint=2)
    (page,) = odd.contacts(read)
    assert page.checkpoint is None
    assert b'"id": 3' in (page.body or b"")
