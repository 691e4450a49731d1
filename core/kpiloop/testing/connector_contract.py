"""What every connector must do, as tests that an author inherits."""

import json
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kpiloop.connector.base import CheckStatus, Connector
from kpiloop.connector.reading import Read, Stream, Window
from kpiloop.engine.pull.reading import needed_fields
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.project.setting_names import SettingNames
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page

_KEY_WORDS = ("token", "secret", "password", "api_key")
_TOMORROW = timedelta(days=1)


class ConnectorContract(ABC):
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestAcme(ConnectorContract):
            def make_connector(self) -> Connector[Any]:
                settings = AcmeSettings(token=SecretStr("…"), base_url=server.base_url)
                return Acme(settings, Source(name="acme"))

    The account behind it holds some records of every stream, at best more than one page, and
    stands still while a test runs. Nothing is written to it.
    """

    @abstractmethod
    def make_connector(self) -> Connector[Any]:
        """A new connector to the test account; the contract closes it."""

    def test_a_pull_stores_everything(self, tmp_path: Path) -> None:
        """A first pull reads every stream to its end, and sets no record aside."""
        with self._pulling(tmp_path) as pull_again:
            report = pull_again()
        assert report.failed == {}, "a stream could not be read to its end"
        assert report.counts.new > 0, "the account must hold records, or nothing is tested"
        assert report.counts.quarantined == 0, "the wire models refuse records of the account"
        assert report.counts.closes, "records were read that are accounted for nowhere"

    def test_a_second_pull_changes_nothing(self, tmp_path: Path) -> None:
        """Where the account stands still, the next pull finds no new, changed or deleted record."""
        with self._pulling(tmp_path) as pull_again:
            pull_again()
            _assert_still(pull_again(), "the window of changes reads something else than before")

    def test_reading_everything_again_changes_nothing(self, tmp_path: Path) -> None:
        """A full read gives the same records as the pulls before it."""
        with self._pulling(tmp_path) as pull_again:
            pull_again()
            _assert_still(pull_again(full=True), "a full read does not give what is stored")

    def test_a_checkpoint_goes_on_where_its_page_ended(self) -> None:
        """A read that begins at a page's checkpoint gives the pages that followed it."""
        with closing(self.make_connector()) as connector:
            for stream, read in _independent_reads(connector):
                pages = _rows_and_checkpoints(connector, stream, read)
                for number, (_, checkpoint) in enumerate(pages):
                    if checkpoint is not None:
                        kept = json.loads(json.dumps(checkpoint))
                        rest = _rows_and_checkpoints(
                            connector, stream, replace(read, checkpoint=kept)
                        )
                        expected = [rows for rows, _ in pages[number + 1 :]]
                        assert [rows for rows, _ in rest] == expected, (
                            f"{stream.name}: the checkpoint of page {number + 1} skips or repeats"
                        )

    def test_keys_are_kept_secret(self) -> None:
        """Every setting that is a key is a SecretStr, so that no log or error ever shows it."""
        with closing(self.make_connector()) as connector:
            model = type(connector).settings_type
        secrets = SettingNames(source="any", model=model).secrets
        bare = [
            name
            for name in model.model_fields
            if any(word in name for word in _KEY_WORDS) and name not in secrets
        ]
        assert bare == [], "these settings look like keys, but are no SecretStr"

    def test_the_doctor_finds_nothing_wrong(self) -> None:
        """`checks` passes on an account that works."""
        with closing(self.make_connector()) as connector:
            failed = [each for each in connector.checks() if each.status is CheckStatus.FAILED]
        assert failed == [], "checks that fail on a working account"

    @contextmanager
    def _pulling(self, folder: Path) -> Generator["_Pull"]:
        with (
            closing(self.make_connector()) as connector,
            Warehouse.open(folder / "warehouse.duckdb") as warehouse,
        ):
            yield _Pull(warehouse, connector)


class _Pull:
    """Pulls the account into a warehouse of the test's own."""

    def __init__(self, warehouse: Warehouse, connector: Connector[Any]) -> None:
        self._warehouse = warehouse
        self._connector = connector

    def __call__(self, *, full: bool = False) -> PullReport:
        return pull(self._warehouse, self._connector, PullRequest(full=full))


def _assert_still(report: PullReport, reason: str) -> None:
    assert report.failed == {}, "a stream could not be read to its end"
    counts = report.counts
    moved = {"new": counts.new, "changed": counts.changed, "deleted": counts.deleted}
    assert {kind: number for kind, number in moved.items() if number} == {}, reason


def _independent_reads(connector: Connector[Any]) -> Iterator[tuple[Stream, Read]]:
    """A full read of every slice of the streams that need no other stream's ids."""
    window = Window(start=None, end=datetime.now(UTC) + _TOMORROW)
    for stream in connector.all_streams().values():
        if not (stream.follows or stream.each):
            spellings = [spelling_of(model, {}) for model in stream.models]
            read = Read(window=window, fields=needed_fields(spellings))
            slices = stream.slices(connector, read) if stream.slices else [""]
            for each in slices:
                yield stream, replace(read, slice=each)


def _rows_and_checkpoints(
    connector: Connector[Any], stream: Stream, read: Read
) -> list[tuple[object, object]]:
    pages: Iterator[Page] = connector.read_stream(stream, read)
    return [(_rows_of(page), page.checkpoint) for page in pages]


def _rows_of(page: Page) -> object:
    return list(rows_of(page, source="", stream=""))
