"""The page that compares the connector with dlt and a script."""

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def test_the_page_tells_the_lines_that_are_counted() -> None:
    """Both sums of `count_lines.py` stand in COMPARISON.md, and the connector's is the smaller."""
    command = [sys.executable, str(PACKAGE / "comparison" / "count_lines.py")]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own script
    sums = [line.split(": ")[1].split(" in ") for line in answer.splitlines() if ": " in line]
    page = (PACKAGE / "COMPARISON.md").read_text(encoding="utf-8")
    ours, theirs = (int(lines.split()[0]) for lines, _ in sums)
    assert f"**{ours} lines, {sums[0][1]}** | **{theirs} lines, {sums[1][1]}**" in page
    assert ours < theirs
