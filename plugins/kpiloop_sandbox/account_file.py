"""The simulated accounts that a verb works on: in memory, or in files that outlive it."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from kpiloop import ConfigError
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.vendors import StoreType, Vendor


@contextmanager
def opened(
    vendor: Vendor[StoreType], folder: Path | None, company: CompanyOptions
) -> Generator[StoreType]:
    """A store with the company in it; an account that the folder keeps is taken as it is.

    Raises ConfigError where the file cannot be made, or is no simulated account.
    """
    file = None if folder is None else folder / vendor.file
    if file is not None and not file.exists():
        _make(vendor, file, company)
    try:
        store = vendor.store(":memory:" if file is None else str(file))
    except sqlite3.DatabaseError as error:
        raise ConfigError(
            f"the file holds no simulated account ({error})",
            where=str(file),
            todo="Name another folder, or move the file away: it is made.",
        ) from None
    with store:
        if file is None:
            vendor.fill(store, company)
        yield store


def _make(vendor: Vendor[StoreType], file: Path, company: CompanyOptions) -> None:
    """Fill a file under another name first: nobody meets half a company."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with vendor.store(str(draft)) as store:
            vendor.fill(store, company)
        draft.replace(file)
    except (OSError, sqlite3.DatabaseError) as error:
        raise ConfigError(
            f"the simulated account cannot be kept here ({error})",
            where=str(file),
            todo="Name a folder that can be written to.",
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()
