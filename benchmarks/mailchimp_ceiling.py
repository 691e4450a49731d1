"""How near to Mailchimp's limit the activity of e-mails is read, with 150 ms per answer.

Ten requests may be under way at once. The server, a process of its own, turns down the eleventh
and notes when each request arrives. E-mails with few recipients take two requests each and little
else. The time from the first of these to the last is compared with the least in which ten at a
time can be had.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import requests
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
    with ServerProcess([sys.executable, *server]) as up, tempfile.TemporaryDirectory() as home:
        ours = [str(HERE / "ours.py"), up.base_url, home, "activity"]
        subprocess.run([sys.executable, *ours], check=True, stdout=subprocess.DEVNULL)
        notes = NOTES.validate_json(requests.get(f"{up.base_url}/notes", timeout=10).content)
    calls = sorted(arrived for arrived, path, _ in notes if "/reports/" in path)
    refused = sum(status != OK for *_, status in notes)
    least = (len(calls) - 1) // CONNECTIONS * LATENCY_MS / 1_000
    seconds = calls[-1] - calls[0]
    print("| work | calls | seconds | least | of the limit | turned down |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(
        f"| activity of e-mails to {recipients:,} | {len(calls)} | {seconds:.1f} | {least:.1f}"
        f" | **{least / seconds:.1%}** | {refused} |"
    )
    return 0 if least / seconds >= LEAST and not refused else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
