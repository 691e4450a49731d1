"""How near to Mailchimp's limit the activity of e-mails is read, with 150 ms per answer.

Ten requests may be under way at once. The server, a process of its own, turns down the eleventh
and notes when each request arrives. E-mails with few recipients take two requests each and little
else. The time from the first of these to the last is compared with the least in which ten at a
time can be had. This needs a machine that is quiet otherwise; what else it did is printed.
"""

import sys
from pathlib import Path

sys.path.extend(str(Path(__file__).parent / name) for name in ("ceiling", "pull"))

import requests
from child import run
from machine import Machine
from pydantic import TypeAdapter

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent / "mailchimp"
EMAILS, RECIPIENTS = 1_000, 5
LATENCY_MS = 150
CONNECTIONS = 10
LEAST = 0.95
"""The part of the limit that must be used."""
OK = 200
NOTES = TypeAdapter(list[tuple[float, str, int]])


def main(emails: int = EMAILS, recipients: int = RECIPIENTS) -> int:
    """Print how much of the limit was used; 1 where the goal is missed."""
    server = [str(HERE / "server.py"), "0", *map(str, (emails, LATENCY_MS, recipients))]
    with Machine() as machine, ServerProcess([sys.executable, *server]) as up:
        cost = run(str(HERE / "ours.py"), up.base_url, "activity")
        notes = NOTES.validate_json(requests.get(f"{up.base_url}/notes", timeout=10).content)
    calls = sorted(arrived for arrived, path, _ in notes if "/reports/" in path)
    refused = sum(status != OK for *_, status in notes)
    least = (len(calls) - 1) // CONNECTIONS * LATENCY_MS / 1_000
    seconds = calls[-1] - calls[0]
    print(machine)
    print(f"the client used {cost.cpu_seconds / cost.seconds:.2f} of a core")
    print("| work | calls | seconds | least | of the limit | turned down |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| activity of e-mails to {recipients:,} | {len(calls)} | {seconds:.1f} | {least:.1f}"
        f" | **{least / seconds:.1%}** | {refused} |"
    )
    return 0 if least / seconds >= LEAST and not refused else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
