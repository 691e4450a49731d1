"""Pulling Mailchimp's members and what they did with e-mails into typed tables, against dlt.

Both read the same prepared pages in turn, and both put each record where an earlier one with its
key stood: kpiloop with its connector, through inbox and merge, with checkpoints; dlt with its
rest_api source and `write_disposition="merge"`, Parquet files and large buffers. On a first load,
as this one, that costs dlt between 1 and 4 % more than to append. Compared are the CPU seconds of
whole processes, their start included.

The rounds read 500,000 members, and 1,000,000 activities: kpiloop makes 1,400,000 events of these,
for that an e-mail was sent and arrived are events as well. It alone then reads 5,000,000, for its
memory. What programs did is not told from what people did: dlt cannot, and it takes kpiloop a
second call for each page (its cost is printed beside).
"""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pull"))

from child import Cost, run

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path("..") / "mailchimp"
SERVER = Path(__file__).parent / "mailchimp" / "server.py"
ROUNDS = 3
GOAL = 5.0
MOST_MB = 300
PER_EMAIL = 50_000
"""Activities of each e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is read: in the rounds, and once by kpiloop alone."""

    what: str
    records: int
    all: int

    def ours(self, records: int, *more: str) -> Cost:
        """What kpiloop needs for so many."""
        return self._run("ours.py", records, *more)

    def theirs(self) -> Cost:
        """What dlt needs for as many as in each round."""
        return self._run("theirs.py", self.records)

    def _run(self, script: str, records: int, *more: str) -> Cost:
        with ServerProcess([sys.executable, str(SERVER), *self._sizes(records), "0"]) as server:
            cost = run(str(HERE / script), server.base_url, self.what, *more)
        assert cost.rows == records, f"{cost.rows} of {records}"
        return cost

    def _sizes(self, records: int) -> tuple[str, str]:
        is_members = self.what == "members"
        return (str(records), "0") if is_members else ("0", str(records // PER_EMAIL))


WORK = (
    Work(what="members", records=500_000, all=500_000),
    Work(what="activity", records=1_000_000, all=5_000_000),
)


def main() -> int:
    """Print both sides and their ratio; 1 where a goal is missed."""
    print("what        who        CPU s   CPU s per 1M   records/s   peak MB")
    return max(compared(each) for each in WORK)


def compared(work: Work) -> int:
    """Both sides of one kind of work; 1 where a goal is missed."""
    work.ours(work.records // 10)  # compiled and in the file cache
    pairs = [(work.ours(work.records), work.theirs()) for _ in range(ROUNDS)]
    ours, theirs = zip(*pairs, strict=True)
    whole = work.ours(work.all) if work.all > work.records else ours[0]
    print(line(work.what, "kpiloop", ours))
    print(line(work.what, "dlt", theirs))
    if work.what == "activity":
        print(line("  machines", "kpiloop", [work.ours(work.records, "told")]))
    print(line("  all", "kpiloop", [whole]))
    ratio = statistics.median(their.cpu_seconds / our.cpu_seconds for our, their in pairs)
    print(f"ratio       {ratio:.1f} times fewer CPU seconds  (at least {GOAL:.0f})")
    print(f"memory      {whole.peak_mb:.0f} MB  (at most {MOST_MB})", flush=True)
    return 0 if ratio >= GOAL and whole.peak_mb <= MOST_MB else 1


def line(what: str, who: str, costs: Sequence[Cost]) -> str:
    """One side's medians."""
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    speed = statistics.median(cost.rows / cost.seconds for cost in costs)
    per_million = cpu / costs[0].rows * 1e6
    peak = max(cost.peak_mb for cost in costs)
    return f"{what:10s}  {who:8s} {cpu:7.2f}   {per_million:12.1f}   {speed:9,.0f}   {peak:7.0f}"


if __name__ == "__main__":
    sys.exit(main())
