"""A PostgreSQL of our own, reached by a socket file: it takes no port."""

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGQUIT

from odoo_server import packages
from odoo_server.commands import CommandFailedError, run
from odoo_server.processes import Service, user_for_servers

OF_DEBIAN = Path("/usr/lib/postgresql")
SECONDS_TO_START = 120
UNSAFE_AND_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SUPERUSER = "postgres"
ROLE = "odoo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running cluster."""

    programs: Path
    socket: Path

    def ask(self, query: str, database: str = "postgres", **values: str) -> str:
        """What the database answers, a line per row.

        Args:
            query: What is asked; a value is written `:'name'`.
            database: Which database.
            **values: The values, by their names.
        """
        options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", database]
        for name, value in {"ON_ERROR_STOP": "1", **values}.items():
            options += ["--set", f"{name}={value}"]
        return self._call("psql", *options, text=query)

    def clone(self, template: str, database: str) -> None:
        """Make a database that is a copy of another one, which nobody may be using."""
        self._call("createdb", "--owner", ROLE, "--template", template, database)

    def _call(self, program: str, *arguments: str, text: str = "") -> str:
        where = ("-h", str(self.socket), "-U", SUPERUSER)
        return run(self.programs / program, *where, *arguments, text=text).strip()


def programs() -> Path:
    """Where PostgreSQL's programs are, which are installed where they are missing.

    Raises:
        UnavailableError: They are not there and cannot be installed.
    """
    if not _installed():
        packages.install("postgresql", why="PostgreSQL")
    return _installed()[-1]


def new_cluster(folder: Path) -> None:
    """Make an empty cluster in a folder that is there, with the role that Odoo logs in as."""
    owner = user_for_servers()
    if owner:
        shutil.chown(folder, owner, owner)
    options = ("-A", "trust", "-U", SUPERUSER, "--no-sync", "-E", "UTF8", "--locale=C")
    initdb = (programs() / "initdb", "-D", folder, *options)
    run(*(("runuser", "-u", owner, "--") if owner else ()), *initdb)


@contextmanager
def started(cluster: Path, *, is_kept: bool = False) -> Generator[Postgres]:
    """PostgreSQL on the cluster in a folder, as long as the block runs.

    Args:
        cluster: The cluster's files.
        is_kept: Whether they are needed afterwards, and everything is written to them at the end.
    """
    postgres = Postgres(programs=programs(), socket=cluster)
    settings = [f"--{each}" for each in UNSAFE_AND_QUICK]
    program = postgres.programs / "postgres"
    command = [str(each) for each in (program, "-D", cluster, "-k", cluster, "-h", "", *settings)]
    service = Service(
        command=command,
        log=cluster / "postgres.log",
        user=user_for_servers(),
        ended_by=SIGINT if is_kept else SIGQUIT,
    )
    with service.running():
        _wait_for(postgres, service.log)
        yield postgres


def _installed() -> list[Path]:
    found = [path.parent for path in OF_DEBIAN.glob("*/bin/postgres")]
    return sorted(found, key=lambda path: int(path.parent.name))


def _wait_for(postgres: Postgres, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            postgres.ask("SELECT 1")
        except CommandFailedError:
            if time.monotonic() > deadline:
                told = log.read_text(encoding="utf-8", errors="replace")
                raise CommandFailedError(f"PostgreSQL does not start:\n{told[-2000:]}") from None
            time.sleep(0.05)
        else:
            return
