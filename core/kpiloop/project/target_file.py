"""The file that `[targets] file` names: a CSV with a row for each target."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kpiloop.errors import ConfigError
from kpiloop.kpi.target_reading import COLUMNS, SPLIT, Row

_NEEDED = tuple(column for column in COLUMNS if column != SPLIT)
_LEGAL = f"a CSV in UTF-8 with the columns {', '.join(_NEEDED)}; {SPLIT} and dimensions if wanted"


def read_target_file(path: Path, where: str) -> Iterator[Row]:
    """Its rows; ConfigError where it cannot be read, or lacks a column or a cell."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path.name} cannot be read ({type(error).__name__})", where=where, legal=_LEGAL
        ) from None
    rows = csv.reader(text.splitlines(), delimiter=_separator(text))
    header = [column.strip() for first in islice(rows, 1) for column in first]
    missing = [column for column in _NEEDED if column not in header]
    if missing:
        raise ConfigError(f"{path.name} has no {', '.join(missing)}", where=where, legal=_LEGAL)
    for cells in rows:
        if not any(cells):
            continue
        place = f"{path.name}, line {rows.line_num}"
        if len(cells) != len(header):
            raise ConfigError(
                f"{len(cells)} cells under {len(header)} columns", where=place, legal=_LEGAL
            )
        yield Row(dict(zip(header, cells, strict=True)), place)


def _separator(text: str) -> str:
    """A comma, or a semicolon where spreadsheets write one."""
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","
