"""Readers of the pages."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docs.reader import Reader, plain_environment
from kpiloop.warehouse.store import Warehouse

BEGINNING = """
[project]
timezone = "Europe/Berlin"
currency = "EUR"

[sources.hubspot]
"""
PULLED = ("sandbox", "--contacts", "150")

Begin = Callable[[str], Reader]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Somebody in an empty folder."""
    somebody = Reader(folder=tmp_path, environment=plain_environment(tmp_path / "state"))
    yield somebody
    somebody.leave()


@pytest.fixture(scope="session")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Somebody whose project has done its first cycle on the sandbox."""
    folder = tmp_path_factory.mktemp("pulled")
    somebody = Reader(folder=folder, environment=plain_environment(folder / "state"))
    somebody.serve(PULLED)
    somebody.environment["KPILOOP_HUBSPOT_TOKEN"] = "sandbox-token"
    somebody.environment["KPILOOP_HUBSPOT_BASE_URL"] = f"http://127.0.0.1:{somebody.port}"
    somebody.write(BEGINNING)
    assert somebody.run(["run"]).exit_code == 0
    somebody.somebody = _anybody(folder)
    yield somebody
    somebody.leave()


@pytest.fixture
def begin(pulled: Reader, tmp_path: Path) -> Iterator[Begin]:
    """Makes a reader whose project is a copy of the pulled one, with a beginning of its own."""
    begun: list[Reader] = []

    def make(beginning: str) -> Reader:
        folder = tmp_path / "project"
        folder.mkdir()
        shutil.copytree(pulled.folder / ".kpiloop", folder / ".kpiloop")
        somebody = replace(pulled, folder=folder, environment={**pulled.environment}, running=[])
        somebody.write(beginning)
        begun.append(somebody)
        return somebody

    yield make
    for each in begun:
        each.leave()


def _anybody(folder: Path) -> tuple[str, str]:
    """The address and the record of a person in a project's home."""
    with (
        Warehouse.open(folder / ".kpiloop" / "warehouse.duckdb") as warehouse,
        warehouse.cursor() as cursor,
    ):
        found = cursor.execute("SELECT email, id FROM resolved.people ORDER BY id").fetchall()
    return next((email, key) for email, key in found if email)
