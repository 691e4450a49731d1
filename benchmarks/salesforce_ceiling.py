"""How near to Salesforce's limit pages of results are read, with 150 ms per answer.

Five pages of a job's results may be fetched side by side; the sixth is turned down. This needs a
machine that is quiet otherwise; what else it did is printed.
"""

import sys
from collections.abc import Generator
from pathlib import Path

sys.path.extend(str(Path(__file__).parent / name) for name in ("ceiling", "pull"))

from child import run
from limits import LATENCY_MS, Row, at_once, judged

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent / "salesforce"
LEADS, PER_PAGE = 30_000, 100
PAGES_AT_ONCE = 5


def results(leads: int, per_page: int) -> Generator[Row]:
    """The result pages of a query for all leads."""
    server = [str(HERE / "server.py"), str(leads), str(LATENCY_MS), str(per_page)]
    with ServerProcess([sys.executable, *server]) as up:
        cost = run(str(HERE / "ours.py"), up.base_url)
        name = f"result pages of {per_page:,} leads, with {cost.cores:.2f} of a core"
        yield at_once(name, up.base_url, "/results", PAGES_AT_ONCE)


def main(leads: int = LEADS, per_page: int = PER_PAGE) -> None:
    """Print how much of the limit was used; the numbers may be given."""
    sys.exit(judged(results(leads, per_page)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
