"""kpiloop's side: Mailchimp's own connector, through inbox and merge into typed tables."""

import sys
from pathlib import Path

from pydantic import SecretStr

from kpiloop.connector.base import Source
from kpiloop.engine.pull.run import MEMORY_LIMIT, THREADS, PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_mailchimp.reads import Mailchimp
from kpiloop_mailchimp.settings import MailchimpSettings

STREAMS = {
    "members": (("members",), "SELECT count(*) FROM pulled.contacts"),
    "activity": (
        ("activity_totals", "email_activity"),
        "SELECT count(*) FROM pulled.email_events WHERE kind IN ('open', 'click')",
    ),
}


def main(base_url: str, home: str, what: str, machines: str = "") -> None:
    """Pull everything; say how many members or activities the tables have."""
    settings = MailchimpSettings(
        api_key=SecretStr("bench-us1"), base_url=base_url, tell_machines=bool(machines)
    )
    connector = Mailchimp(settings, Source(name="mailchimp", share=1))
    streams, query = STREAMS[what]
    path = Path(home) / "warehouse.duckdb"
    with Warehouse.open(path, memory_limit=MEMORY_LIMIT, threads=THREADS) as warehouse:
        report = pull(warehouse, connector, PullRequest(streams=streams))
        if not report.is_green:
            sys.exit(str(report.failed))
        with warehouse.cursor() as cursor:
            print(*cursor.execute(query).fetchall()[0])
    connector.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
