"""A copy of an account in a warehouse of its own, pulled as kpiloop pulls it."""

from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.testing.endless import stop_endless
from kpiloop.testing.explaining import expect
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.sender import Usage

Rows: TypeAlias = Mapping[tuple[str, str], Mapping[str, object]]
"""Entity and id → the values of a living record."""

_NOT_THE_VENDORS = ("stream", "modified_at", "deleted_at", "first_seen_at")


class PulledCopy:
    """What was pulled of an account up to now; `usage` is what the last pull cost."""

    def __init__(self, warehouse: Warehouse, account: VendorAccount) -> None:
        self.usage = Usage()
        self._warehouse = warehouse
        self._account = account

    @classmethod
    @contextmanager
    def of(cls, account: VendorAccount, folder: Path) -> Generator["PulledCopy"]:
        """An empty copy; `folder` is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "warehouse.duckdb"
        path.write_bytes(_empty_file())
        with Warehouse.open(path, threads=1) as warehouse:
            yield cls(warehouse, account)

    def pull(self, base_url: str = "", *, full: bool = False) -> PullReport:
        """Pull with a new connector, as another run of the program would.

        `base_url` is a proxy in front of the account.
        """
        names = tuple(self._account.streams)
        connector = self._account.make_connector(base_url or self._account.base_url)
        with closing(stop_endless(connector)):
            report = pull(self._warehouse, connector, PullRequest(full=full, streams=names))
            self.usage = connector.api.usage if "api" in vars(connector) else Usage()
        return report

    def pull_green(self, base_url: str = "", *, full: bool = False) -> PullReport:
        """Pull, which must go well."""
        report = self.pull(base_url, full=full)
        expect_green(report)
        return report

    def rows(self) -> Rows:
        """All living records, without what only kpiloop knows about them."""
        found: dict[tuple[str, str], Mapping[str, object]] = {}
        for entity in self._warehouse.entities:
            with self._warehouse.cursor() as cursor:
                cursor.execute(
                    f"SELECT * EXCLUDE ({sql.names(_NOT_THE_VENDORS)})"  # noqa: S608 - our names
                    f" FROM {sql.table('pulled', entity)} WHERE deleted_at IS NULL"
                )
                names = [column[0] for column in cursor.description]
                for values in cursor.fetchall():
                    row = dict(zip(names, values, strict=True))
                    found[entity, str(row["id"])] = row
        return found

    def living(self) -> set[str]:
        """The ids of all living records, of whatever entity."""
        return {record_id for _, record_id in self.rows()}

    def living_of(self, stream: str) -> set[str]:
        """The ids of the living records that are known as a stream's."""
        found: set[str] = set()
        for entity in self._warehouse.entities:
            with self._warehouse.cursor() as cursor:
                rows = cursor.execute(
                    f"SELECT id FROM {sql.table('pulled', entity)}"  # noqa: S608 - our names
                    " WHERE stream = $stream AND deleted_at IS NULL",
                    {"stream": stream},
                ).fetchall()
            found |= {str(record_id) for (record_id,) in rows}
        return found

    def modified_times(self, stream: str) -> list[datetime]:
        """The different modification times of a stream's records, naive in UTC, oldest first."""
        found: set[datetime] = set()
        for entity in self._warehouse.entities:
            with self._warehouse.cursor() as cursor:
                rows = cursor.execute(
                    f"SELECT DISTINCT modified_at FROM {sql.table('pulled', entity)}"  # noqa: S608
                    " WHERE stream = $stream AND modified_at IS NOT NULL",
                    {"stream": stream},
                ).fetchall()
            found |= {moment for (moment,) in rows}
        return sorted(found)

    def reasons(self) -> list[str]:
        """Why rows are in quarantine, each reason once."""
        with self._warehouse.cursor() as cursor:
            rows = cursor.execute(
                "SELECT DISTINCT stream || ': ' || reason FROM state.quarantine ORDER BY ALL"
            ).fetchall()
        return [str(reason) for (reason,) in rows]

    def everything_as_text(self) -> str:
        """Everything that the warehouse holds, as text."""
        with self._warehouse.cursor() as cursor:
            tables = cursor.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
            ).fetchall()
            texts = [
                str(cursor.execute(f"SELECT * FROM {sql.table(*each)}").fetchall())  # noqa: S608
                for each in tables
            ]
        return "\n".join(texts)


@cache
def _empty_file() -> bytes:
    """A file without records: making one takes longer than most pulls of a test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with Warehouse.open(path):
            pass
        return path.read_bytes()


def expect_green(report: PullReport) -> None:
    """Every stream was read to its end."""
    failed = "\n".join(f"{stream}: {error}" for stream, error in report.failed.items())
    expect(
        report.is_green,
        f"a stream could not be read to its end: {report.error or failed}",
        where=", ".join(report.failed) or report.source,
        todo="the error above says what was met; the method of that stream meets it",
    )


def differences(expected: Rows, found: Rows) -> list[str]:
    """What of the one is missing, different or not wanted in the other, in words."""
    told = [f"{entity} {key} is missing" for entity, key in expected.keys() - found.keys()]
    told += [f"{entity} {key} should not be there" for entity, key in found.keys() - expected]
    for (entity, key), row in expected.items():
        other = found.get((entity, key), row)
        told += [
            f"{entity} {key}: {name} is {other.get(name)!r} in place of {value!r}"
            for name, value in row.items()
            if other.get(name) != value
        ]
    return sorted(told)
