"""Odoo, started on a database of its own."""

import shutil
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from odoo_server import postgres
from odoo_server.commands import CommandFailedError, run
from odoo_server.config import write_config
from odoo_server.installation import TEMPLATE, Installation
from odoo_server.postgres import Postgres
from odoo_server.processes import Service

LOGIN = PASSWORD = "admin"  # what Odoo gives a new database
SECONDS_TO_START = 180
PATIENCE_SECONDS = (
    1  # it waits for connections that browsers keep; nothing of it is needed any more
)

# Odoo takes over a socket as systemd's services do. It listens before Odoo starts: nobody else can
# take the port, and the first request waits instead of being refused.
START_ON_SOCKET = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


TELL_ADDRESS = "UPDATE ir_config_parameter SET value = :'url' WHERE key = 'web.base.url'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Odoo:
    """A running server with one database."""

    base_url: str
    database: str
    key: str
    log: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A PostgreSQL of this session alone, on which any number of servers run side by side."""

    installed: Installation
    database: Postgres
    folder: Path

    @contextmanager
    def odoo(self, name: str, *, smtp_port: int = 0) -> Generator[Odoo]:
        """Odoo on a fresh clone of the template, as long as the block runs.

        Args:
            name: What the database is called; no other server of the session may have it.
            smtp_port: Who takes its e-mails on loopback.
        """
        self.database.clone(TEMPLATE, name)
        folder = self.folder / name
        _copy_files(self.installed.files, folder / "files", name)
        config = write_config(
            folder,
            addons=self.installed.modules / "odoo/addons",
            db=self.database.socket,
            smtp_port=smtp_port,
        )
        with socket.create_server(("127.0.0.1", 0)) as door:
            service = self._service(name, config, door.fileno())
            base_url = f"http://127.0.0.1:{door.getsockname()[1]}"
            self._tell_address(name, base_url)
            with service.running(patience=PATIENCE_SECONDS):
                door.close()
                _wait_for(base_url, service.log)
                yield Odoo(
                    base_url=base_url,
                    database=name,
                    key=self.installed.key,
                    log=service.log,
                )

    def _service(self, name: str, config: Path, door: int) -> Service:
        command = self.installed.odoo("-c", config, "-d", name)
        return Service(
            command=(sys.executable, "-c", START_ON_SOCKET, str(door), *command),
            log=config.with_name("odoo.log"),
            environment=self.installed.environment,
            hands_over=[door],
        )

    def _tell_address(self, database: str, base_url: str) -> None:
        """Pixels and links in e-mails lead to this address."""
        self.database.ask(TELL_ADDRESS, database, url=base_url)


@contextmanager
def host(installed: Installation) -> Generator[Host]:
    """PostgreSQL on a copy of the installation's files, as long as the block runs."""
    with TemporaryDirectory(prefix="odoo-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        run("cp", "--archive", installed.cluster, folder / "cluster")
        with postgres.started(folder / "cluster") as database:
            yield Host(installed=installed, database=database, folder=folder)


def _copy_files(template: Path, files: Path, database: str) -> None:
    files.parent.mkdir()
    run("cp", "--archive", template, files)
    store = files / "filestore"
    if (store / TEMPLATE).exists():
        shutil.move(store / TEMPLATE, store / database)


def _wait_for(base_url: str, log: Path) -> None:
    try:
        with urlopen(f"{base_url}/web/health", timeout=SECONDS_TO_START) as answer:
            answer.read()
    except (OSError, HTTPException) as error:
        told = log.read_text(encoding="utf-8", errors="replace")
        raise CommandFailedError(f"Odoo does not start ({error}):\n{told[-3000:]}") from None
