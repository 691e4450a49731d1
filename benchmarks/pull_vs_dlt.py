"""Pulling 200,000 contacts with 25 properties into a typed table, against dlt.

Both read the same prepared pages, as HubSpot's search gives them, in turn: kpiloop through its
inbox and merge, with checkpoints; dlt with its rest_api source, Parquet files and large buffers.
Compared are the CPU seconds of the whole processes, their start included.
"""

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pull"))

from child import Cost, run

from kpiloop_sandbox.hubspot.prepared import PreparedPages

RECORDS = 200_000
ROUNDS = 3
GOAL = 5.0


def main() -> int:
    """Print both sides and their ratio; 1 where the goal is missed."""
    with PreparedPages(contacts=RECORDS) as server:
        run("ours.py", server.base_url)  # compiled and in the file cache
        pairs = [
            (run("ours.py", server.base_url), run("theirs.py", server.base_url))
            for _ in range(ROUNDS)
        ]
    ours, theirs = zip(*pairs, strict=True)
    assert {cost.rows for cost in (*ours, *theirs)} == {RECORDS}
    ratio = statistics.median(their.cpu_seconds / our.cpu_seconds for our, their in pairs)
    print("            CPU s   CPU s per 1M   records/s   peak MB")
    print(line("kpiloop", ours))
    print(line("dlt", theirs))
    print(f"ratio       {ratio:.1f} times fewer CPU seconds  (at least {GOAL:.0f})")
    return 0 if ratio >= GOAL else 1


def line(name: str, costs: tuple[Cost, ...]) -> str:
    """One side's medians."""
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    speed = statistics.median(cost.rows / cost.seconds for cost in costs)
    peak = max(cost.peak_mb for cost in costs)
    return f"{name:9s} {cpu:7.2f}   {cpu / RECORDS * 1e6:12.1f}   {speed:9,.0f}   {peak:7.0f}"


if __name__ == "__main__":
    sys.exit(main())
