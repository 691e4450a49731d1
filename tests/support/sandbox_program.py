"""The program as it is run with the simulated account, which is nobody else's."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from support.program import START, Program


def program_in(place: Path) -> Program:
    """The program in an empty folder of a place, which also takes its temporary files."""
    for name in ("project", "temporary"):
        (place / name).mkdir()
    return Program(
        folder=place / "project",
        environment={
            "TMPDIR": str(place / "temporary"),
            "XDG_STATE_HOME": str(place / "state"),
            "COLUMNS": "100",
            "NO_COLOR": "1",
            # A test need not be as considerate as one is with an account of HubSpot's.
            "KPILOOP_SANDBOX_HUBSPOT_CALLS_PER_10_SECONDS": "2000",
            "KPILOOP_SANDBOX_HUBSPOT_SEARCHES_PER_SECOND": "200",
        },
    )


def files_left(program: Program) -> list[Path]:
    """Every file in the program's place."""
    return [path for path in program.folder.parent.rglob("*") if path.is_file()]


@contextmanager
def started(program: Program, *line: str) -> Generator[subprocess.Popen[str]]:
    """The program while it runs."""
    with subprocess.Popen(
        [sys.executable, "-c", START, *line],
        cwd=program.folder,
        env={**os.environ, **program.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
