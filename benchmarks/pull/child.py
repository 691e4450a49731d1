"""One side of a benchmark in a process of its own, and what it cost."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a whole process used, from its start to its end."""

    cpu_seconds: float
    peak_mb: float
    seconds: float
    rows: int

    @property
    def cores(self) -> float:
        """How many cores it kept busy."""
        return self.cpu_seconds / self.seconds


def run(script: str, base_url: str, *arguments: str) -> Cost:
    """Pull everything that a server has with one side's script, into a new folder."""
    with tempfile.TemporaryDirectory() as home:
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, str(HERE / script), base_url, home, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        told = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode:
            raise RuntimeError(f"{script} failed: run it alone to see why")
        return Cost(
            cpu_seconds=used.ru_utime + used.ru_stime,
            peak_mb=used.ru_maxrss / 1024,
            seconds=time.monotonic() - started,
            rows=int(told.split()[0]),
        )
