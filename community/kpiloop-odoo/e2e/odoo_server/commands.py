"""Programs that run to their end."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

TOLD_LINES = 15


class UnavailableError(Exception):
    """What a real Odoo needs cannot be had on this machine; says what, and what would help."""


class CommandFailedError(Exception):
    """A program ended with a failure; says which one, and the end of what it wrote."""


def run(*command: str | Path, environment: Mapping[str, str] | None = None, text: str = "") -> str:
    """Run a program to its end, and return what it printed.

    Args:
        *command: The program and its arguments.
        environment: Its whole environment; by default ours.
        text: What it reads from its standard input.

    Raises:
        CommandFailedError: It ended with another exit code than 0.
    """
    done = subprocess.run(
        command, env=environment, input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()[-TOLD_LINES:]
        called = " ".join(map(str, command))
        raise CommandFailedError(f"{called}\nended with {done.returncode}:\n" + "\n".join(lines))
    return done.stdout
