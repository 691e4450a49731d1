"""A pull that is killed at any moment loses nothing and doubles nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 100


@pytest.mark.slow
def test_a_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """After each of a hundred kills the next pull goes on; in the end all is as in the source."""
    tests = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killing.py"), tmp_path / "w.duckdb", str(KILLS)],
        env={**os.environ, "PYTHONPATH": str(tests)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert found["killed"] >= KILLS
