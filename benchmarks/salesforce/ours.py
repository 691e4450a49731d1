"""kpiloop's side: Salesforce's own connector, through inbox and merge into typed tables."""

import sys
from pathlib import Path

from pydantic import SecretStr

from kpiloop.connector.base import Source
from kpiloop.engine.pull.run import MEMORY_LIMIT, THREADS, PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_salesforce.reads import Salesforce
from kpiloop_salesforce.settings import SalesforceSettings

MAPPED = {
    "original_source_detail": "Source_Detail__c",
    "utm_source": "UTM_Source__c",
    "utm_medium": "UTM_Medium__c",
    "utm_campaign": "UTM_Campaign__c",
    "product": "Product_Interest__c",
    "segment": "Segment__c",
    "form_id": "Form__c",
    "opted_out_at": "Unsubscribed_At__c",
}
"""Fields of the org's own, as people map them in their configuration."""


def main(base_url: str, home: str) -> None:
    """Pull all leads; say how many rows the table has, and how many times were read."""
    settings = SalesforceSettings(
        base_url=base_url, client_id="bench", client_secret=SecretStr("bench")
    )
    connector = Salesforce(settings, Source(name="salesforce", share=1))
    path = Path(home) / "warehouse.duckdb"
    with Warehouse.open(path, memory_limit=MEMORY_LIMIT, threads=THREADS) as warehouse:
        report = pull(
            warehouse,
            connector,
            PullRequest(streams=("leads",), mapped_fields={"contacts": MAPPED}),
        )
        if not report.is_green:
            sys.exit(str(report.failed))
        with warehouse.cursor() as cursor:
            query = "SELECT count(*), count(created_at), count(modified_at) FROM pulled.contacts"
            print(*cursor.execute(query).fetchall()[0])
    connector.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
