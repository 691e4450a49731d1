"""Targets may stand in a CSV beside kpiloop.toml, as a spreadsheet saves it."""

from pathlib import Path

import pytest

from kpiloop.errors import ConfigError
from kpiloop.project.target_file import read_target_file


@pytest.mark.parametrize("separator", [",", ";"])
def test_rows_are_read_with_their_lines(tmp_path: Path, separator: str) -> None:
    """Commas or semicolons, a byte-order mark and empty lines are no trouble."""
    file = tmp_path / "targets.csv"
    lines = ["kpi,period,value,channel", "mqls,month,400,", "", "mqls,2026-03,450,email"]
    file.write_text("\ufeff" + "\n".join(lines).replace(",", separator), encoding="utf-8")
    rows = list(read_target_file(file, "kpiloop.toml [targets]"))
    assert [each.where for each in rows] == ["targets.csv, line 2", "targets.csv, line 4"]
    assert rows[1].values == {
        "kpi": "mqls",
        "period": "2026-03",
        "value": "450",
        "channel": "email",
    }


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (None, "targets.csv cannot be read (FileNotFoundError)"),
        ("", "targets.csv has no kpi, period, value"),
        ("kpi,value\n", "targets.csv has no period"),
        ("kpi,period,value\nmqls,month\n", "2 cells under 3 columns"),
    ],
)
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str | None, what: str) -> None:
    """What is wrong is said with what the file should be."""
    file = tmp_path / "targets.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        list(read_target_file(file, "kpiloop.toml [targets]"))
    assert what in str(caught.value)
    assert "a CSV in UTF-8" in caught.value.legal
