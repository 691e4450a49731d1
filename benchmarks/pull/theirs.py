"""dlt's side: its rest_api source into DuckDB, by Parquet files and with large buffers."""

import os
import sys
from pathlib import Path

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
from pages import PATH, PER_PAGE, PROPERTIES  # noqa: E402


def main(base_url: str, home: str) -> None:
    """Pull everything; say how many rows the table has."""
    source = rest_api_source(
        {
            "client": {
                "base_url": base_url,
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "paging.next.after",
                    "cursor_body_path": "after",
                },
            },
            "resources": [
                {
                    "name": "leads",
                    "primary_key": "id",
                    "write_disposition": "append",
                    "endpoint": {
                        "path": PATH.removeprefix("/"),
                        "method": "POST",
                        "json": {"limit": PER_PAGE, "properties": list(PROPERTIES)},
                        "data_selector": "results",
                    },
                }
            ],
        }
    )
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        destination=dlt.destinations.duckdb(str(Path(home) / "dlt.duckdb")),
        dataset_name="pulled",
    )
    pipeline.run(source, loader_file_format="parquet")
    with pipeline.sql_client() as client:
        print(*client.execute_sql("SELECT count(*) FROM leads")[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
