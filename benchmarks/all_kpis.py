"""Every KPI by month of three years, in total and by six dimensions, over a large company.

    python benchmarks/all_kpis.py 1000000

The company has as many people as asked, 100,000 unless said; for each 20 deliveries, which
stand for 50 events of e-mail, 10 page views and a deal. Its resolved tables are made of SQL
(all_kpis/company.sql). Compared are CPU seconds of whole processes: all KPIs at once, one after
the other, and the columns that they look at read once.
"""

import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PEOPLE = 100_000
MOST_MEMORY = 4_000
"""MB."""
LEAST_GAIN = 4.0
"""How many times fewer CPU seconds all KPIs at once take than one after the other."""
PARTS = Path(__file__).with_name("all_kpis")


def run(script: str, *arguments: object) -> tuple[float, str]:
    """CPU seconds of a process, user and system, and what it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(PARTS / script), *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one way of computing took, and the numbers that it gave."""

    cpu_seconds: float
    kpis: int
    values: int
    megabytes: int
    numbers: frozenset[str]


def side(folder: Path, way: str) -> Side:
    """Compute everything one way."""
    answers = folder / f"{way}.tsv"
    seconds, told = run("ours.py", folder / "warehouse.duckdb", way, answers)
    kpis, values, megabytes = map(int, told.split())
    return Side(
        cpu_seconds=seconds,
        kpis=kpis,
        values=values,
        megabytes=megabytes,
        numbers=frozenset(answers.read_text(encoding="utf-8").splitlines()),
    )


def main() -> None:
    """Make the company, compute it each way, and print the figures."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("company.py", folder / "warehouse.duckdb", people)
        ours = side(folder, "at_once")
        single = side(folder, "one_by_one")
        scan, columns = run("scan.py", folder / "warehouse.duckdb")
    if ours.numbers != single.numbers:
        sys.exit("KPIs at once and one after the other give different numbers")
    gain = single.cpu_seconds / ours.cpu_seconds
    print(f"{people:,} people, {ours.kpis} KPIs, {ours.values:,} values:")
    print(f"  all at once         {ours.cpu_seconds:8.2f} CPU s, {ours.megabytes:,} MB")
    print(f"  one after the other {single.cpu_seconds:8.2f} CPU s, {single.megabytes:,} MB")
    print(f"  {int(columns)} columns read    {scan:8.2f} CPU s")
    print(f"  gain                {gain:8.2f}  (at least {LEAST_GAIN:g})")
    if gain < LEAST_GAIN or ours.megabytes > MOST_MEMORY:
        sys.exit("a goal was missed")


if __name__ == "__main__":
    main()
