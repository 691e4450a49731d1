"""How near to Salesforce's limit pages of results are read, with 150 ms per answer.

Five pages of a job's results may be fetched side by side. The server, a process of its own, turns
down the sixth and notes when each request arrives. The time from the first page that is asked for
to the last is compared with the least in which five at a time can be had. This needs a machine
that is quiet otherwise; what else it did is printed.
"""

import sys
from pathlib import Path

sys.path.extend(str(Path(__file__).parent / name) for name in ("ceiling", "pull"))

import requests
from child import run
from machine import Machine
from pydantic import TypeAdapter

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent / "salesforce"
LEADS, PER_PAGE = 30_000, 100
LATENCY_MS = 150
AT_ONCE = 5
LEAST = 0.95
"""The part of the limit that must be used."""
OK = 200
NOTES = TypeAdapter(list[tuple[float, str, int]])


def main(leads: int = LEADS, per_page: int = PER_PAGE) -> int:
    """Print how much of the limit was used; 1 where the goal is missed."""
    server = [str(HERE / "server.py"), str(leads), str(LATENCY_MS), str(per_page)]
    with Machine() as machine, ServerProcess([sys.executable, *server]) as up:
        cost = run(str(HERE / "ours.py"), up.base_url)
        notes = NOTES.validate_json(requests.get(f"{up.base_url}/notes", timeout=10).content)
    pages = sorted(arrived for arrived, path, _ in notes if path.endswith("/results"))
    refused = sum(status != OK for *_, status in notes)
    least = (len(pages) - 1) // AT_ONCE * LATENCY_MS / 1_000
    seconds = pages[-1] - pages[0]
    print(machine)
    print(f"the client used {cost.cpu_seconds / cost.seconds:.2f} of a core")
    print("| work | calls | seconds | least | of the limit | turned down |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| result pages of {per_page:,} leads | {len(pages)} | {seconds:.1f} | {least:.1f}"
        f" | **{least / seconds:.1%}** | {refused} |"
    )
    return 0 if least / seconds >= LEAST and not refused else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
