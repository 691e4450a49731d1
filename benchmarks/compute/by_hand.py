"""The hand-written side: one statement, run by nothing but DuckDB."""

import sys
from datetime import datetime
from pathlib import Path

import duckdb


def main(warehouse: str, as_of: str, answers: str) -> None:
    """Write one line per value: KPI, month, channel and number."""
    statement = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")
    with duckdb.connect(warehouse, read_only=True) as connection:
        connection.execute("SET VARIABLE as_of = $as_of", {"as_of": datetime.fromisoformat(as_of)})
        found = connection.execute(statement)
        columns = [column[0] for column in found.description]
        rows = found.fetchall()
    with Path(answers).open("w", encoding="utf-8") as file:
        for month, channel, *numbers in rows:
            for kpi, number in zip(columns[2:], numbers, strict=True):
                if number is not None:
                    exact = float(number) if isinstance(number, float) else number
                    print(kpi, month, channel, exact, sep="\t", file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
