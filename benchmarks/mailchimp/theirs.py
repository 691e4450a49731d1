"""dlt's side: its rest_api source, merged into DuckDB by Parquet files and with large buffers."""

import os
import sys
from pathlib import Path
from typing import Any

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
from dlt.sources.rest_api import rest_api_source  # noqa: E402

PER_PAGE = 1_000
MEMBER = (
    *("contact_id", "email_address", "status", "merge_fields", "timestamp_signup"),
    *("timestamp_opt", "last_changed", "location", "source", "list_id"),
)
AUDIENCES: dict[str, Any] = {
    "name": "audiences",
    "primary_key": "id",
    "endpoint": {"path": "3.0/lists", "data_selector": "lists"},
}
MEMBERS: dict[str, Any] = {
    "name": "members",
    "primary_key": "contact_id",
    "endpoint": {
        "path": "3.0/lists/{resources.audiences.id}/members",
        "params": {"fields": "total_items," + ",".join(f"members.{name}" for name in MEMBER)},
        "data_selector": "members",
    },
}
REPORTS: dict[str, Any] = {
    "name": "reports",
    "primary_key": "id",
    "endpoint": {"path": "3.0/reports", "data_selector": "reports"},
}
ACTIVITY: dict[str, Any] = {
    "name": "activity",
    "primary_key": ["campaign_id", "email_id"],
    "endpoint": {
        "path": "3.0/reports/{resources.reports.id}/email-activity",
        "params": {"exclude_fields": "_links,emails._links"},
        "data_selector": "emails",
    },
}
RESOURCES = {
    "members": ([AUDIENCES, MEMBERS], "SELECT count(*) FROM members"),
    "activity": ([REPORTS, ACTIVITY], "SELECT count(*) FROM activity__activity"),
}


def main(base_url: str, home: str, what: str) -> None:
    """Pull everything; say how many members or activities the tables have."""
    resources, query = RESOURCES[what]
    source = rest_api_source(
        {
            "client": {
                "base_url": base_url,
                "paginator": {
                    "type": "offset",
                    "limit": PER_PAGE,
                    "limit_param": "count",
                    "total_path": "total_items",
                },
            },
            "resource_defaults": {"write_disposition": "merge"},
            "resources": resources,
        }
    )
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        destination=dlt.destinations.duckdb(str(Path(home) / "dlt.duckdb")),
        dataset_name="pulled",
    )
    pipeline.run(source, loader_file_format="parquet")
    with pipeline.sql_client() as client:
        print(*client.execute_sql(query)[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
