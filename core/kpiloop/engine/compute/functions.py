"""The functions of the KPI language that the warehouse does not have under their names."""

from duckdb import DuckDBPyConnection

_FUNCTIONS = (
    "CREATE OR REPLACE TEMP MACRO days_between(earlier, later) AS date_diff('day', earlier, later)",
)


def define_functions(connection: DuckDBPyConnection) -> None:
    """Make every function of the language known to a connection."""
    for each in _FUNCTIONS:
        connection.execute(each)
