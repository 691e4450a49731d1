"""Pulling a million leads with 21 fields by a Bulk query of Salesforce, against dlt.

Both read the same prepared pages of CSV in turn, and both put each lead where an earlier one with
its id stood: kpiloop by its connector, through inbox and merge, with checkpoints; dlt by a resource
with `write_disposition="merge"` that streams the pages into it, some thousand rows at once, with
Parquet files and large buffers. Compared are the CPU seconds of the whole processes.

Told beside, without a goal: dlt where the resource hands on each page as an Arrow table. Then no
row is looked at by Python, or checked; kpiloop checks each.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pull"))

from child import Cost, run

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent / "salesforce"
RECORDS = 1_000_000
ROUNDS = 2
GOAL = 5.0
MOST_MB = 300
OURS, THEIRS = (str(HERE / name) for name in ("ours.py", "theirs.py"))


def main(records: int = RECORDS, rounds: int = ROUNDS) -> int:
    """Print all sides and the ratio; 1 where a goal is missed."""
    command = [sys.executable, str(HERE / "server.py"), str(records), "0"]
    with ServerProcess(command) as server:
        first = run(OURS, server.base_url)  # compiled and in the file cache
        pairs = [(run(OURS, server.base_url), run(THEIRS, server.base_url)) for _ in range(rounds)]
        arrow = run(THEIRS, server.base_url, "arrow")
    ours, theirs = zip(*pairs, strict=True)
    assert {cost.rows for cost in (first, arrow, *ours, *theirs)} == {records}
    ratio = statistics.median(their.cpu_seconds / our.cpu_seconds for our, their in pairs)
    peak = max(cost.peak_mb for cost in (first, *ours))
    print("                CPU s   CPU s per 1M   records/s   peak MB")
    print(line("kpiloop", ours))
    print(line("dlt", theirs))
    print(line("dlt, Arrow", [arrow]))
    print(f"ratio       {ratio:.1f} times fewer CPU seconds  (at least {GOAL:.0f})")
    print(f"memory      {peak:.0f} MB  (at most {MOST_MB})")
    return 0 if ratio >= GOAL and peak <= MOST_MB else 1


def line(name: str, costs: Sequence[Cost]) -> str:
    """One side's medians."""
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    per_million = statistics.median(cost.cpu_seconds / cost.rows * 1e6 for cost in costs)
    speed = statistics.median(cost.rows / cost.seconds for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    return f"{name:13s} {cpu:7.2f}   {per_million:12.1f}   {speed:9,.0f}   {peak:7.0f}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
