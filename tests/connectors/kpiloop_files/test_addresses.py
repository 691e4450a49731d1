"""Files at a web address: downloaded up to a size, and read like those of a folder."""

from collections.abc import Generator
from decimal import Decimal

import pytest

from kpiloop.testing import FaultServer, Received, Reply, answer
from support.files_folder import COSTS, FilesFolder

HEADING = b"month,channel,spent\n"


class Host:
    """A web server that has one file."""

    def __init__(self) -> None:
        self.content = HEADING + b"2026-01,email,5\n"
        self.asked: list[Received] = []

    def __call__(self, request: Received) -> Reply:
        """The file, to whoever asks."""
        self.asked.append(request)
        return answer(self.content, kind="text/csv")


@pytest.fixture
def host() -> Host:
    """What the address serves."""
    return Host()


@pytest.fixture
def remote(folder: FilesFolder, host: Host) -> Generator[FilesFolder]:
    """Costs at an address instead of in the folder."""
    with FaultServer(host) as server:
        folder.settings = {"folder": "", "base_url": server.base_url}
        folder.tables = [COSTS | {"file": "export/costs.csv?sheet=2"}]
        yield folder


def test_a_file_is_downloaded_and_read(remote: FilesFolder, host: Host) -> None:
    """Its name may have a query, as exports of spreadsheets have."""
    remote.counts()
    assert remote.rows("amount") == [(Decimal(5),)]
    assert [(each.path, each.query) for each in host.asked] == [("/export/costs.csv", "sheet=2")]


def test_an_unchanged_file_is_not_read_again(remote: FilesFolder, host: Host) -> None:
    """It is downloaded, for nobody else can tell whether it has changed."""
    remote.counts()
    assert remote.counts().read == 0
    host.content += b"2026-02,email,6\n"
    assert remote.counts().new == 1


def test_a_file_that_is_too_large_is_refused(remote: FilesFolder, host: Host) -> None:
    """Nothing of it is read, and nothing fills the disk."""
    remote.settings = remote.settings | {"max_megabytes": 1}
    host.content += b"2026-02,email,6\n" * 100_000
    assert "larger" in remote.error()
    assert remote.rows("amount") == []


def test_a_token_is_sent_and_never_shown(remote: FilesFolder, host: Host) -> None:
    """For addresses that ask for one."""
    remote.settings = remote.settings | {"token": "very-secret"}
    remote.counts()
    assert host.asked[0].headers["authorization"] == "Bearer very-secret"
    assert "very-secret" not in repr(remote.connector().settings)


def test_what_was_downloaded_is_removed(remote: FilesFolder) -> None:
    """When the connector is closed."""
    connector = remote.connector()
    (name,) = connector.place.names("export/costs.csv")
    path = connector.place.path(name, name)
    assert path is not None
    assert path.exists()
    connector.close()
    assert not path.exists()
