"""The connector keeps the contract that kpiloop ships for authors."""

from typing import Any

import pytest

from kpiloop import Connector
from kpiloop.testing import ConnectorContract
from support.files_folder import COSTS, FilesFolder


class TestFiles(ConnectorContract):
    """A folder, as kpiloop's tests of any connector see it."""

    @pytest.fixture(autouse=True)
    def _folder(self, folder: FilesFolder) -> None:
        """More costs than a page holds, in two files, and a log."""
        folder.tables = [COSTS]
        folder.logs = [{"file": "*.log"}]
        for year in (2025, 2026):
            rows = [f"{year}-0{1 + each % 9},channel {each},{each}" for each in range(1_100)]
            folder.write(f"costs {year}.csv", "\n".join(["month,channel,spent", *rows]))
        line = '1.2.3.4 - - [10/Oct/2026:13:55:36 +0000] "GET /{} HTTP/1.1" 200 5 "-" "Firefox"'
        folder.write("access.log", "".join(line.format(each) + "\n" for each in range(20)))
        self.folder = folder

    def make_connector(self) -> Connector[Any]:
        """The connector, on the folder."""
        return self.folder.connector()
