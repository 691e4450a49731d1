"""The home folder: who can read it, how much room there is, and whether its stores open."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from kpiloop.cli.checkup.finding import Finding, failed, failed_by, good, warning
from kpiloop.errors import BusyError, KpiloopError
from kpiloop.ledger.store import Ledger
from kpiloop.project.project import Project
from kpiloop.warehouse.store import Warehouse

_AREA = "home"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_GIGABYTE = 10**9
_LITTLE_ROOM = 2 * _GIGABYTE
_NO_ROOM = _GIGABYTE // 5


def check_home(project: Project) -> Iterator[Finding]:
    """The folder, the room on its disk, and the stores in it."""
    yield _check_folder(project.home)
    yield _check_room(project.home)
    if project.home.is_dir():
        yield _check_ledger(project.ledger)
        yield _check_warehouse(project.warehouse)


def _check_folder(home: Path) -> Finding:
    if not home.exists():
        return good(_AREA, "folder", f"{home} is made by the first run")
    if not home.is_dir():
        return failed(_AREA, "folder", f"{home} is no folder", "correct home in [project]")
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & _OTHERS:
        found = f"{home} is open to others on this machine ({mode:04o})"
        return warning(_AREA, "folder", found, f"chmod 700 {home}")
    return good(_AREA, "folder", f"{home}, for its owner alone")


def _check_room(home: Path) -> Finding:
    """How much the disk still holds; asked at the nearest folder that is there already."""
    place = next(each for each in (home, *home.parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    found = f"{free / _GIGABYTE:,.1f} GB are free"
    if free < _NO_ROOM:
        return failed(_AREA, "disk", found, "make room, or move home in [project]")
    if free < _LITTLE_ROOM:
        return warning(_AREA, "disk", found, "a large company needs some GB")
    return good(_AREA, "disk", found)


def _check_ledger(path: Path) -> Finding:
    if not path.exists():
        return good(_AREA, "ledger", "made by the first run")
    try:
        with Ledger.open(path) as ledger:
            (state,) = ledger.row("PRAGMA quick_check") or ("unknown",)
    except KpiloopError as error:
        return _unopened("ledger", error)
    if state != "ok":
        return failed(_AREA, "ledger", f"{path} is damaged: {state}", "restore a backup")
    return good(_AREA, "ledger", "readable")


def _check_warehouse(path: Path) -> Finding:
    if not path.exists():
        return good(_AREA, "warehouse", "made by the first run")
    try:
        with Warehouse.open(path) as warehouse, warehouse.cursor() as cursor:
            row = cursor.execute("SELECT max(window_end) FROM state.bookmarks").fetchone()
    except KpiloopError as error:
        return _unopened("warehouse", error)
    last = row[0] if row else None
    return good(_AREA, "warehouse", f"pulled up to {last:%Y-%m-%d %H:%M} UTC" if last else "empty")


def _unopened(what: str, error: KpiloopError) -> Finding:
    if isinstance(error, BusyError):
        return warning(_AREA, what, error.what, error.todo)
    return failed_by(_AREA, what, error)
