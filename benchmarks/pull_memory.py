"""How much memory a pull takes: at most 300 MB, and no more for a million contacts than for fewer.

Contacts with 25 properties are pulled from prepared pages through inbox and merge, with the memory
limit of the database that `pull` sets.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "pull"))

from child import Cost, run

from kpiloop_sandbox.hubspot.prepared import PreparedPages

SIZES = (200_000, 1_000_000)
MOST_MB = 300
FLAT = 1.15
"""How much more the larger pull may take: what the allocator keeps varies by as much."""


def peak(records: int) -> Cost:
    """Pull so many contacts."""
    with PreparedPages(contacts=records) as server:
        cost = run("ours.py", server.base_url)
    assert cost.rows == records
    return cost


def main() -> int:
    """Print both peaks; 1 where a goal is missed."""
    costs = [peak(records) for records in SIZES]
    for records, cost in zip(SIZES, costs, strict=True):
        per_million = cost.cpu_seconds / records * 1e6
        print(
            f"{records:9,} contacts   peak {cost.peak_mb:4.0f} MB   {per_million:.1f} CPU s per 1M"
        )
    growth = costs[1].peak_mb / costs[0].peak_mb
    print(f"growth   {growth:.2f}  (at most {FLAT}); peak at most {MOST_MB} MB")
    return 0 if growth <= FLAT and costs[1].peak_mb <= MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
