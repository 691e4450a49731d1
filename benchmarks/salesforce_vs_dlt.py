"""Pulling 200,000 leads with 21 fields by a Bulk query of Salesforce, against dlt.

Both read the same prepared pages of CSV in turn: kpiloop by its connector, through inbox and merge,
with checkpoints; dlt by a resource that streams the pages into it, some thousand rows at once, with
Parquet files and large buffers. Compared are the CPU seconds of the whole processes.
"""

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pull"))

from child import Cost, run

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent
RECORDS = 200_000
ROUNDS = 3
GOAL = 5.0
OURS, THEIRS = (str(HERE / "salesforce" / name) for name in ("ours.py", "theirs.py"))


def main(records: int = RECORDS, rounds: int = ROUNDS) -> int:
    """Print both sides and their ratio; 1 where the goal is missed."""
    command = [sys.executable, str(HERE / "salesforce" / "server.py"), str(records), "0"]
    with ServerProcess(command) as server:
        run(OURS, server.base_url)  # compiled and in the file cache
        pairs = [(run(OURS, server.base_url), run(THEIRS, server.base_url)) for _ in range(rounds)]
    ours, theirs = zip(*pairs, strict=True)
    assert {cost.rows for cost in (*ours, *theirs)} == {records}
    ratio = statistics.median(their.cpu_seconds / our.cpu_seconds for our, their in pairs)
    print("            CPU s   CPU s per 1M   records/s   peak MB")
    print(line("kpiloop", ours))
    print(line("dlt", theirs))
    print(f"ratio       {ratio:.1f} times fewer CPU seconds  (at least {GOAL:.0f})")
    return 0 if ratio >= GOAL else 1


def line(name: str, costs: tuple[Cost, ...]) -> str:
    """One side's medians."""
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    per_million = statistics.median(cost.cpu_seconds / cost.rows * 1e6 for cost in costs)
    speed = statistics.median(cost.rows / cost.seconds for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    return f"{name:9s} {cpu:7.2f}   {per_million:12.1f}   {speed:9,.0f}   {peak:7.0f}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
