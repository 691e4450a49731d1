"""How the project is run by people and machines."""

import os
import re
import subprocess

from architecture.source_tree import PROJECT

TARGETS = {"help", "demo", "test", "e2e-odoo", "odoo", "lint", "bench", "docs", "lock", "clean"}


def test_make_alone_lists_what_can_be_made() -> None:
    """`make` without a target explains each public target in a line."""
    answer = subprocess.run(["make"], cwd=PROJECT, check=True, capture_output=True, text=True)
    told = dict(line.removeprefix("make ").split(maxsplit=1) for line in answer.stdout.splitlines())
    assert told.keys() == TARGETS
    assert all(told.values())


def test_continuous_integration_runs_what_people_run() -> None:
    """`.ci/run` can be executed and does `make test`, nothing more."""
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = re.findall(r"^exec .*", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["exec make --no-print-directory test"]
