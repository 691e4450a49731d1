"""How the warehouse's file is made and opened, and what is said when it cannot be."""

import contextlib
import os
import re
from pathlib import Path

import duckdb

from kpiloop.errors import BusyError, KpiloopError, StoreError

_HOLDER = re.compile(r"held in (?P<program>\S+)(?: \(PID (?P<process>\d+)\))?")


def connect(path: Path, *, memory_limit: str, threads: int | None) -> duckdb.DuckDBPyConnection:
    """Open a database file, closed to the outside: no files, no extensions, no later settings.

    Raises BusyError where another process holds it, StoreError where it cannot be read.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        # Rows are found by their ids, never by their place: giving up the order saves memory.
        "preserve_insertion_order": "false",
        # A checkpoint writes a growing table's last rows anew: at the usual 16 MB they are written
        # several times over.
        "checkpoint_threshold": "64MB",
        "memory_limit": memory_limit,
    }
    if threads is not None:
        settings["threads"] = str(threads)
    try:
        connection = duckdb.connect(str(path), config=settings)
    except duckdb.Error as error:
        raise explain(error, path) from error
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


def explain(error: duckdb.Error, path: Path) -> KpiloopError:
    """What a failure to open a database means to the person who meets it."""
    message = str(error)
    if "lock" in message and (holder := _HOLDER.search(message)):
        process = f"process {holder['process']}" if holder["process"] else "another process"
        return BusyError(
            f"{process} ({Path(holder['program']).name}) is at work on it",
            where=str(path),
            todo="wait until it has ended and run this again",
        )
    return StoreError(
        f"the warehouse cannot be opened: {message.splitlines()[0]}",
        where=str(path),
        legal="a warehouse that this or an older version of kpiloop made",
        todo="check the file's rights and the space on the disk; or restore a backup, "
        "or move the file away and pull anew",
    )


def unfinished(path: Path) -> Path:
    """The name under which this process makes a new file before it gets its real one."""
    return path.with_name(f".{path.name}.new-{os.getpid()}")


def put_in_place(made: Path, path: Path) -> None:
    """Give a finished file its name, unless another process was first."""
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        made.replace(path)
    made.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_unfinished(path: Path) -> None:
    """Remove what processes that died while making the file have left."""
    for left in path.parent.glob(f".{path.name}.new-*"):
        process = left.name.removesuffix(".wal").rpartition("-")[2]
        if process.isdigit() and not _is_alive(int(process)):
            with contextlib.suppress(OSError):
                left.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
