"""dlt's side: a resource that streams CSV into DuckDB, by Parquet files and with large buffers.

Rows are given as dlt's own source of Salesforce gives them, but many at once; or, where the third
argument says so, each page as an Arrow table.
"""

import csv
import io
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

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
import pyarrow.csv  # noqa: E402 - see above

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


def batches(address: str) -> Iterator[list[dict[str, str]]]:
    """A page's rows, some thousand at once."""
    rows = csv.DictReader(lines(address))
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def tables(address: str) -> Iterator[Any]:
    """A page as one Arrow table, whose types are guessed from its texts."""
    yield pyarrow.csv.read_csv(io.BytesIO(requests.get(address, timeout=60).content))


@dlt.resource(name="leads", primary_key="Id", write_disposition="merge")
def leads(base_url: str, how: str) -> Iterator[Any]:
    """All rows; as kpiloop does, a later row takes the place of an earlier one."""
    read = {"rows": batches, "arrow": tables}[how]
    for address in addresses(base_url):
        yield from read(address)


def main(base_url: str, home: str, how: str = "rows") -> None:
    """Load everything; say how many rows the table has."""
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        destination=dlt.destinations.duckdb(str(Path(home) / "dlt.duckdb")),
        dataset_name="pulled",
    )
    pipeline.run(leads(base_url, how), loader_file_format="parquet")
    with pipeline.sql_client() as client:
        print(*client.execute_sql("SELECT count(*) FROM leads")[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
