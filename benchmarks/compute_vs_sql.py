"""What computing costs: a million contacts, 24 KPIs of the funnel by month and channel.

kpiloop is compared with one statement that was written by hand for this one question, as fast as
could be (compute/by_hand.sql). Both are processes of their own, started in turn; their CPU seconds
are compared, and every number that they give. Resolving the company is measured on the way.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

CONTACTS = 1_000_000
ROUNDS = 5
MOST = 3.0
"""How many times the CPU seconds of the hand-written statement computing may take."""
AS_OF = "2026-01-15T12:00:00"
PARTS = Path(__file__).with_name("compute")


def run(script: str, *arguments: object) -> tuple[float, str]:
    """CPU seconds of a process, user and system, and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(PARTS / script), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def answers(path: Path) -> set[str]:
    """The numbers of one side; that something did not happen need not be said."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line for line in lines if not line.endswith(("\t0", "\t0.0000"))}


def compare(folder: Path, warehouse: Path) -> tuple[float, float, int]:
    """The median CPU seconds of both sides, and how many numbers they agree on."""
    ours, by_hand = folder / "ours.tsv", folder / "by_hand.tsv"
    pairs: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        hand_seconds, _ = run("by_hand.py", warehouse, AS_OF, by_hand)
        our_seconds, _ = run("ours.py", warehouse, AS_OF, ours)
        pairs.append((our_seconds, hand_seconds))
    differing = answers(ours) ^ answers(by_hand)
    if differing:
        sys.exit("\n".join(["the two sides differ:", *sorted(differing)[:20]]))
    our_median, hand_median = (statistics.median(side) for side in zip(*pairs, strict=True))
    return our_median, hand_median, len(answers(ours))


def main() -> None:
    """Make the company, resolve it, compute both ways, and print the figures."""
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse = folder / "warehouse.duckdb"
        run("company.py", "make", warehouse, contacts)
        _, told = run("company.py", "resolve", warehouse)
        people, wall, cpu, peak = told.split()
        print(f"resolving {int(people):,} contacts: {float(cpu):.1f} CPU s, {float(wall):.1f} s,")
        print(f"  at most {peak} MB (memory_limit 1 GB)")
        ours, by_hand, count = compare(folder, warehouse)
    ratio = ours / by_hand
    print(f"24 KPIs by month and channel, {count:,} numbers, all equal:")
    print(f"  kpiloop       {ours:.2f} CPU s")
    print(f"  by hand       {by_hand:.2f} CPU s")
    print(f"  ratio         {ratio:.2f}  (at most {MOST:g})")
    print()
    print(f"| {contacts:,} contacts | {ours:.2f} | {by_hand:.2f} | **{ratio:.2f}** |")
    if ratio > MOST and contacts >= CONTACTS:
        sys.exit("the goal was missed")


if __name__ == "__main__":
    main()
