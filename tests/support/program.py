"""The program `kpiloop`, run in a process of its own as a user runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from support.warm import PATIENCE, WarmProgram

START = "from kpiloop.cli import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one call of the program ended."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as a program reads it."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The installed program, in a folder and an environment of the test's own."""

    folder: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str, **environment: str) -> Answer:
        """Run it to its end."""
        if any(name.startswith("PYTHON") for name in environment):
            return self.script(START, *arguments, **environment)  # the interpreter reads it itself
        exit_code, out, err = _warm_program().call(
            arguments,
            folder=self.folder,
            environment={**os.environ, **self.environment, **environment},
        )
        return Answer(exit_code=exit_code, out=out, err=err)

    def script(self, script: str, *arguments: str, **environment: str) -> Answer:
        """Run a script of the test's own in the same place."""
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return Answer(exit_code=done.returncode, out=done.stdout, err=done.stderr)


def leave_program() -> None:
    """End the process that all calls are forks of."""
    _RUNNING.close()


_RUNNING = ExitStack()


@cache
def _warm_program() -> WarmProgram:
    return _RUNNING.enter_context(WarmProgram())
