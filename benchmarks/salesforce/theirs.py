"""dlt's side: a resource that streams CSV into DuckDB, by Parquet files and with large buffers."""

import csv
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import requests

HOME = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()
os.environ.update(
    {
        "DLT_DATA_DIR": str(HOME / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DATA_WRITER__BUFFER_MAX_ITEMS": "50000",
        "DATA_WRITER__FILE_MAX_ITEMS": "1000000",
        "EXTRACT__WORKERS": "1",
        "NORMALIZE__WORKERS": "1",
        "LOAD__WORKERS": "1",
    }
)

import dlt  # noqa: E402 - dlt reads the environment when it is imported

JOBS = "/services/data/v67.0/jobs/query"
FIELDS = (
    *("Id", "SystemModstamp", "Email", "FirstName", "LastName", "Title", "Country"),
    *("ConvertedAccountId", "OwnerId", "Status", "LeadSource", "CreatedDate", "HasOptedOutOfEmail"),
    *("Source_Detail__c", "UTM_Source__c", "UTM_Medium__c", "UTM_Campaign__c"),
    *("Product_Interest__c", "Segment__c", "Form__c", "Unsubscribed_At__c"),
)
AT_ONCE = 5_000
"""Rows that dlt is given at once: much cheaper for it than one by one."""


def addresses(base_url: str) -> Iterator[str]:
    """Where the pages of the job's results are."""
    asked = {"operation": "query", "query": f"SELECT {', '.join(FIELDS)} FROM Lead"}
    job = requests.post(base_url + JOBS, json=asked, timeout=60).json()["id"]
    listing: str | None = f"{JOBS}/{job}/resultPages"
    while listing:
        found = requests.get(base_url + listing, timeout=60).json()
        yield from (base_url + page["resultUrl"] for page in found["resultPages"])
        listing = found.get("nextRecordsUrl")


def lines(address: str) -> Iterator[str]:
    """A page's lines as they come; none of the values has a line break in it."""
    with requests.get(address, stream=True, timeout=60) as answer:
        answer.encoding = "utf-8"
        yield from answer.iter_lines(chunk_size=1 << 20, decode_unicode=True)


@dlt.resource(name="leads", primary_key="Id", write_disposition="append")
def leads(base_url: str) -> Iterator[list[dict[str, str]]]:
    """All rows, some thousand at once."""
    for address in addresses(base_url):
        rows = csv.DictReader(lines(address))
        while batch := list(islice(rows, AT_ONCE)):
            yield batch


def main(base_url: str, home: str) -> None:
    """Load everything; say how many rows the table has."""
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        destination=dlt.destinations.duckdb(str(Path(home) / "dlt.duckdb")),
        dataset_name="pulled",
    )
    pipeline.run(leads(base_url), loader_file_format="parquet")
    with pipeline.sql_client() as client:
        print(*client.execute_sql("SELECT count(*) FROM leads")[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
