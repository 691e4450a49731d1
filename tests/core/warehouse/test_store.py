"""The warehouse's file: made safely, held by one process, private, and read by later versions."""

import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

from kpiloop.errors import BusyError, StoreError
from kpiloop.schema.fields import Text
from kpiloop.schema.record import Record
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.store import Warehouse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's warehouse lies."""
    return tmp_path / "home" / "warehouse.duckdb"


def columns(warehouse: Warehouse, schema: str, table: str) -> Mapping[str, str]:
    """Names and types of a table's columns."""
    with warehouse.cursor() as cursor:
        rows = cursor.execute(
            "SELECT column_name, data_type FROM duckdb_columns()"
            " WHERE schema_name = ? AND table_name = ?",
            [schema, table],
        ).fetchall()
    return dict(rows)


def test_each_entity_has_a_table_and_an_inbox(path: Path) -> None:
    """Opening a new warehouse makes a table and an inbox for every entity of the schema."""
    with Warehouse.open(path) as warehouse:
        for model in PULLED:
            assert columns(warehouse, "pulled", model.entity)["first_seen_at"] == "TIMESTAMP"
            assert columns(warehouse, "inbox", model.entity)["sighting"] == "BIGINT"


def test_kinds_have_their_types(path: Path) -> None:
    """Money and numbers are exact, and instants have no zone that could change an answer."""
    with Warehouse.open(path) as warehouse:
        deals = columns(warehouse, "pulled", "deals")
        assert deals["amount"] == "DECIMAL(18,4)"
        assert deals["created_at"] == "TIMESTAMP"
        assert deals["is_won"] == "BOOLEAN"
        assert columns(warehouse, "pulled", "costs")["first_day"] == "DATE"
        assert columns(warehouse, "pulled", "pipeline_stages")["probability"] == "DECIMAL(20,6)"


def test_a_field_that_an_entity_gained_becomes_a_column(path: Path) -> None:
    """A file made for an entity with fewer fields keeps its rows and gets the missing column."""

    class Plan(Record):
        entity: ClassVar[str] = "plans"
        singular: ClassVar[str] = "plan"
        name: Text = None

    class WiderPlan(Plan):
        entity: ClassVar[str] = "plans"
        owner: Text = None

    with Warehouse.open(path, entities=[Plan]) as warehouse, warehouse.transaction() as writer:
        writer.execute("INSERT INTO pulled.plans (id, name) VALUES ('1', 'Growth')")
    with Warehouse.open(path, entities=[WiderPlan]) as warehouse, warehouse.cursor() as cursor:
        rows = cursor.execute("SELECT id, name, owner FROM pulled.plans").fetchall()
    assert rows == [("1", "Growth", None)]


def test_only_the_owner_may_read_the_files(path: Path) -> None:
    """The database and the log beside it are closed to every other user of the machine."""
    with Warehouse.open(path) as warehouse:
        with warehouse.transaction() as writer:
            writer.execute("INSERT INTO pulled.owners (id) VALUES ('1')")
        files = list(path.parent.iterdir())
        assert {each.name for each in files} == {"warehouse.duckdb", "warehouse.duckdb.wal"}
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}


def test_a_second_process_is_told_who_is_at_work(path: Path) -> None:
    """While one process has the warehouse open, another gets an exit code of its own and a name."""
    with Warehouse.open(path):
        program = (
            "from pathlib import Path; from kpiloop.warehouse.store import Warehouse\n"
            "from kpiloop.errors import BusyError\n"
            "try:\n"
            f"    Warehouse.open(Path({str(path)!r})).__enter__()\n"
            "except BusyError as error:\n"
            "    print(error.exit_code, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
    assert done.stdout.startswith("75 ")
    assert "is at work on it" in done.stdout
    assert BusyError.exit_code == 75


@pytest.mark.parametrize("content", [b"", b"no database at all" * 600])
def test_a_file_that_is_no_database_is_named(path: Path, content: bytes) -> None:
    """A damaged file is reported with its place and what to do, and is left as it is."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"warehouse\.duckdb") as caught, Warehouse.open(path):
        pass
    assert "restore a backup" in caught.value.todo
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_not_touched(path: Path) -> None:
    """A DuckDB file that kpiloop did not make is refused and gets no tables."""
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine (x INTEGER)")
    with pytest.raises(StoreError, match="no warehouse of kpiloop"), Warehouse.open(path):
        pass
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (1,)


def test_a_warehouse_of_a_newer_kpiloop_is_refused(path: Path) -> None:
    """A layout that this version does not know is never written to."""
    with Warehouse.open(path) as warehouse, warehouse.transaction() as writer:
        writer.execute("UPDATE state.meta SET value = '999' WHERE key = 'version'")
    with pytest.raises(StoreError, match="layout 999") as caught, Warehouse.open(path):
        pass
    assert "update kpiloop" in caught.value.todo


def test_a_warehouse_of_layout_1_gets_todays(path: Path) -> None:
    """What is in it stays, and a kpiloop that knows layout 1 alone opens it no more."""
    with Warehouse.open(path) as warehouse, warehouse.transaction() as writer:
        writer.execute("INSERT INTO pulled.owners (id) VALUES ('1')")
        writer.execute("DROP SCHEMA packed")
        writer.execute("UPDATE state.meta SET value = '1' WHERE key = 'version'")
    with Warehouse.open(path) as warehouse, warehouse.cursor() as cursor:
        cursor.execute("CREATE TABLE packed.rows (id TEXT)")
        meta = "SELECT value FROM state.meta WHERE key = 'version'"
        assert cursor.execute(meta).fetchall() == [("2",)]
        assert cursor.execute("SELECT id FROM pulled.owners").fetchall() == [("1",)]


def test_a_half_made_file_of_a_dead_process_is_cleared_away(path: Path) -> None:
    """What a process left that died while making the file neither stays nor stands in the way."""
    path.parent.mkdir()
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    left = path.with_name(f".{path.name}.new-{dead}")
    left.write_bytes(b"half")
    with Warehouse.open(path):
        assert not left.exists()


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    """An exception inside a transaction takes back all that was written in it."""

    def store_and_fail(warehouse: Warehouse) -> None:
        with warehouse.transaction() as writer:
            writer.execute("INSERT INTO pulled.owners (id) VALUES ('1')")
            raise RuntimeError

    with Warehouse.open(path) as warehouse:
        with pytest.raises(RuntimeError):
            store_and_fail(warehouse)
        with warehouse.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM pulled.owners").fetchone() == (0,)


@pytest.mark.parametrize(
    "hostile",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY pulled.owners TO 'owners.csv'",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '900GB'",
    ],
)
def test_nothing_outside_can_be_reached(path: Path, hostile: str) -> None:
    """SQL inside the warehouse reads and writes no file, loads nothing and changes no setting."""
    with Warehouse.open(path) as warehouse, warehouse.cursor() as cursor:  # noqa: SIM117
        with pytest.raises(duckdb.Error):
            cursor.execute(hostile)


@pytest.mark.parametrize("moment", [0.02, 0.05, 0.1])
def test_an_interrupt_while_the_database_works_is_an_interrupt(path: Path, moment: float) -> None:
    """DuckDB makes an error of its own of a Ctrl-C; whoever books runs must see what it was."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, moment)
    try:
        with pytest.raises(KeyboardInterrupt):
            work_for_ever(path)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def work_for_ever(path: Path) -> None:
    """Keep the database busy."""
    with Warehouse.open(path) as warehouse:
        while True:
            with warehouse.transaction() as writer:
                writer.execute("CREATE OR REPLACE TEMP TABLE rows AS FROM range(200000)")
