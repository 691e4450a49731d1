"""How near to Mailchimp's limit the activity of e-mails is read, with 150 ms per answer.

Ten requests may be under way at once; the eleventh is turned down. E-mails with few recipients take
two requests each and little else. This needs a machine that is quiet otherwise; what else it did is
printed.
"""

import sys
from collections.abc import Generator
from pathlib import Path

sys.path.extend(str(Path(__file__).parent / name) for name in ("ceiling", "pull"))

from child import run
from limits import LATENCY_MS, Row, at_once, judged

from kpiloop_sandbox.serving.bare import ServerProcess

HERE = Path(__file__).parent / "mailchimp"
EMAILS, RECIPIENTS = 1_000, 5
CONNECTIONS = 10


def activity(emails: int, recipients: int) -> Generator[Row]:
    """The activity of so many e-mails, each to a few recipients."""
    server = [str(HERE / "server.py"), "0", *map(str, (emails, LATENCY_MS, recipients))]
    with ServerProcess([sys.executable, *server]) as up:
        cost = run(str(HERE / "ours.py"), up.base_url, "activity")
        name = f"activity of e-mails to {recipients:,}, with {cost.cores:.2f} of a core"
        yield at_once(name, up.base_url, "/reports/", CONNECTIONS)


def main(emails: int = EMAILS, recipients: int = RECIPIENTS) -> None:
    """Print how much of the limit was used; the numbers may be given."""
    sys.exit(judged(activity(emails, recipients)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
