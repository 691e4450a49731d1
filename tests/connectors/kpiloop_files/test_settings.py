"""Settings: what is wrong with them is told before anything is read."""

from typing import Any

import pytest

from kpiloop import CheckStatus, ConfigError, Source
from kpiloop_files.reads import Files
from kpiloop_files.settings import FilesSettings
from support.files_folder import COSTS, FilesFolder


def opened(settings: dict[str, Any]) -> Files:
    """The connector with these settings."""
    return Files(FilesSettings.model_validate(settings), Source(name="books"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"entity": "cost"}, "there is no entity 'cost'"),
        ({"columns": {"amuont": "spent"}}, "costs have no field 'amuont'"),
        ({"columns": {"id": "no"}}, "costs have no field 'id'"),
        ({"constants": {"amount": 5}}, "amount cannot be both a column and a constant"),
        ({"id": "no"}, "an id or a key, not both"),
        ({"key": (), "absent": "kept"}, "each row needs an id or a key"),
        ({"encoding": "klingon"}, "is no encoding"),
        ({"separator": ";;"}, "a separator is one character"),
        ({"timezone": "Mars/Base"}, "is no time zone"),
        ({"name": "My costs"}, "is no name"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(words: dict[str, Any], reason: str) -> None:
    """With what is wrong, in one sentence."""
    with pytest.raises(ConfigError, match=reason):
        opened({"folder": "x", "tables": [COSTS | words]})


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({}, "give either folder or base_url"),
        ({"folder": "a", "base_url": "https://acme.example"}, "give either folder or base_url"),
        ({"folder": "a", "tables": []}, "at least one"),
        ({"folder": "a", "tables": [COSTS, COSTS]}, "two tables are called costs"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(words: dict[str, Any], reason: str) -> None:
    """Where files are is said once, and each stream has a name of its own."""
    with pytest.raises(ConfigError, match=reason):
        opened({"tables": [COSTS], **words})


def test_the_doctor_names_the_table_whose_file_or_column_is_missing(folder: FilesFolder) -> None:
    """Without reading more than a row of each file."""
    folder.write("costs.csv", "month,channel,spent\n")
    folder.write("other.csv", "month,channel\n")
    folder.tables = [
        COSTS,
        COSTS | {"file": "other.csv", "name": "other"},
        COSTS | {"file": "none.csv", "name": "none"},
    ]
    found = {each.what: each for each in folder.connector().checks()}
    assert found["files of costs"].status is CheckStatus.OK
    assert "other.csv: line 1 has no column 'spent'" in found["files of other"].found
    assert "matches no file" in found["files of none"].found
