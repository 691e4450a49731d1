"""A folder of files, and a warehouse to pull it into."""

from collections.abc import Generator
from pathlib import Path

import pytest

from kpiloop.warehouse.store import Warehouse
from support.files_folder import FilesFolder


@pytest.fixture
def folder(tmp_path: Path) -> Generator[FilesFolder]:
    """An empty folder, an empty warehouse and no table yet."""
    root = tmp_path / "files"
    root.mkdir()
    with Warehouse.open(tmp_path / "files.duckdb", threads=2) as warehouse:
        yield FilesFolder(root, warehouse)
