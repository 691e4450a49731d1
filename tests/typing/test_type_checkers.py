"""What authors' editors see: right code is accepted, and wrong code is pointed at."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
ACCEPTED = FOLDER / "accepted.py"
REFUSED = FOLDER / "refused.py"
STRANGER = FOLDER.parent / "third_party" / "kpiloop_acme" / "src"
CODE = (ACCEPTED, REFUSED, *sorted(STRANGER.rglob("*.py")))
Found = frozenset[tuple[Path, int]]
Checker = Callable[[], Found]


def marked() -> set[int]:
    """The lines that are wrong on purpose."""
    lines = REFUSED.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, start=1) if "# wrong:" in line}


@cache
def mypy() -> Found:
    """File and line of every error that mypy finds by the project's own rules."""
    command = [sys.executable, "-m", "mypy", "--strict", *map(str, CODE)]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**os.environ, "MYPYPATH": str(STRANGER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = re.findall(r"^(\S+?):(\d+): error:", done.stdout, flags=re.MULTILINE)
    return frozenset((PROJECT / path, int(line)) for path, line in found)


@cache
def pyright() -> Found:
    """File and line of every error that pyright finds in its strict mode."""
    command = [sys.executable, "-m", "pyright", "--outputjson", *map(str, CODE)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return frozenset(
        (Path(each["file"]), each["range"]["start"]["line"] + 1)
        for each in json.loads(done.stdout)["generalDiagnostics"]
        if each["severity"] == "error"
    )


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_right_code_is_accepted_and_wrong_code_pointed_at(checker: Checker) -> None:
    """Each checker finds an error on every line that is marked and on no other line."""
    assert marked()
    found = {each for each in checker() if each[0].parent == FOLDER}
    assert found == {(REFUSED, line) for line in marked()}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_strangers_package_is_strictly_typed(checker: Checker) -> None:
    """A whole package written with the public door alone needs no ignore in either checker."""
    assert {each for each in checker() if each[0].parent != FOLDER} == set()
