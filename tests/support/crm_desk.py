"""A project with a CRM of files, and the program at work on it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from support.crm_plugin import PROJECT
from support.program import START, Answer, Program


@dataclass(frozen=True, slots=True)
class Desk:
    """A project in a folder, with its CRM."""

    program: Program
    crm: Path

    def set(self, settings: str = "", publication: str = "auto = true") -> None:
        """Write the project's file."""
        text = PROJECT.format(folder=self.crm, settings=settings, publication=publication)
        (self.program.folder / "kpiloop.toml").write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str, **environment: str) -> Answer:
        """Run the program."""
        return self.program(*arguments, **environment)

    def unread(self, *arguments: str) -> int:
        """Run the program, whose answer nobody reads; its exit code."""
        with subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=self.program.folder,
            env={**os.environ, **self.program.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            assert running.stdout
            running.stdout.close()
            _, err = running.communicate(timeout=60)
        assert err == b""
        return running.returncode

    def interrupted(self, *arguments: str, sign: Path, **environment: str) -> Answer:
        """Run the program, and press Ctrl-C once a file is there."""
        with subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=self.program.folder,
            env={**os.environ, **self.program.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while not sign.exists() and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
        return Answer(exit_code=running.returncode, out=out, err=err)
