"""The simulated account that a verb works on: in memory, or in a file that outlives it."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kpiloop import ConfigError
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot_seed.load import load_stream


@contextmanager
def opened(file: Path | None, company: CompanyOptions) -> Generator[Store]:
    """A store with the company in it; a file that is there already is taken as it is.

    Raises ConfigError where the file cannot be made, or is no simulated account.
    """
    if file is not None and not file.exists():
        _make(file, company)
    try:
        store = Store(":memory:" if file is None else str(file))
    except sqlite3.DatabaseError as error:
        raise ConfigError(
            f"the file holds no simulated account ({error})",
            where=str(file),
            todo="Name another file, or one that is not there yet: it is made.",
        ) from None
    with store:
        if file is None:
            load_stream(store, company)
        yield store


def _make(file: Path, company: CompanyOptions) -> None:
    """Fill a file under another name first: nobody meets half a company."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with Store(str(draft)) as store:
            load_stream(store, company)
        draft.replace(file)
    except (OSError, sqlite3.DatabaseError) as error:
        raise ConfigError(
            f"the simulated account cannot be kept here ({error})",
            where=str(file),
            todo="Name a file in a folder that can be written to.",
        ) from None
    finally:
        draft.unlink(missing_ok=True)
