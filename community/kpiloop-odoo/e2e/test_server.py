"""A server starts within seconds, apart from all others, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from odoo_server import packages
from odoo_server.commands import CommandFailedError, UnavailableError, run
from odoo_server.installation import Installation, installation
from odoo_server.processes import Service
from odoo_server.server import Host

HERE = Path(__file__).parent
STARTS_AND_WAITS = """
import sys, time
from pathlib import Path
from odoo_server.installation import Installation, installation
from odoo_server.server import host
with host(Installation(folder=Path(sys.argv[1]))) as one, one.odoo("orphan") as odoo:
    print(one.folder, flush=True)
    time.sleep(600)
"""


def test_servers_run_side_by_side(odoo_host: Host) -> None:
    """Each server has a port and a database of its own."""
    with odoo_host.odoo("first") as first, odoo_host.odoo("second") as second:
        assert first.base_url != second.base_url
        for each in (first, second):
            with urlopen(f"{each.base_url}/web/login") as page:
                assert b"csrf_token" in page.read()


def test_a_clone_knows_its_own_address(odoo_host: Host) -> None:
    """Links in e-mails lead to the server that sent them."""
    query = "SELECT value FROM ir_config_parameter WHERE key = 'web.base.url'"
    with odoo_host.odoo("address") as odoo:
        assert odoo_host.database.ask(query, "address") == odoo.base_url


def test_a_database_name_is_taken_once(odoo_host: Host) -> None:
    """A second server on a database is refused instead of sharing it."""
    with (
        odoo_host.odoo("taken"),
        pytest.raises(CommandFailedError, match="already exists"),
        odoo_host.odoo("taken"),
    ):
        pass


def test_whoever_is_killed_leaves_no_server_behind(installed: Installation) -> None:
    """The kernel stops PostgreSQL and Odoo where their starter cannot."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_WAITS, installed.folder],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout
        folder = starter.stdout.readline().strip()
        assert folder
        assert _processes_of(folder)
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _processes_of(folder) == []
    run("rm", "-r", folder)


def test_a_process_that_hears_nothing_is_killed(tmp_path: Path) -> None:
    """A server that ignores its end does not hold up the tests for ever."""
    deaf = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(600)"
    service = Service(command=[sys.executable, "-c", deaf], log=tmp_path / "log")
    with service.running(patience=0.5) as process:
        pass
    assert process.returncode


def test_packages_that_the_mirror_has_not_are_told(tmp_path: Path) -> None:
    """Where sid has moved on, the reason to skip names the package and the way out."""
    with pytest.raises(UnavailableError, match=r"odoo-0 cannot be had .* older checkout into"):
        packages.download(("odoo-0",), tmp_path)


def test_a_machine_without_packages_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no apt, nothing is built in vain: the reason is all that comes of it."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnavailableError, match="no apt-get"):
        installation(tmp_path)
    assert not (tmp_path / "venv").exists()


def test_packages_are_downloaded_once(tmp_path: Path) -> None:
    """A package whose file is there is never asked for again."""
    kept = tmp_path / "odoo-0_1.0_all.deb"
    kept.touch()
    assert packages.download(("odoo-0",), tmp_path) == [kept]


def _processes_of(folder: str) -> list[str]:
    """The processes that were told of the folder."""
    commands = [_command(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    return [command for command in commands if folder in command]


def _command(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").replace("\0", " ")
    except OSError:  # it ended meanwhile
        return ""
