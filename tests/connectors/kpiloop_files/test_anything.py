"""Whatever is in a file: it is read, set aside or refused in words, and nothing else happens."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.engine.pull.validation import Validator
from kpiloop_files.logs import LogInput
from kpiloop_files.settings import Log, Table
from kpiloop_files.tables import TableInput
from kpiloop_files.text import UnreadableError

TABLE = TableInput(
    Table(
        file="any.csv",
        entity="costs",
        key=("month",),
        columns={"first_day": "month", "amount": "spent", "name": "what"},
        decimal=",",
        day="%m.%Y",
    )
)
LOG = LogInput(Log(file="any.log", hosts=("acme.example",)))
PIECES = st.sampled_from(
    [
        b",",
        b";",
        b'"',
        b"\n",
        b"\r\n",
        b"\0",
        b"\xe4",
        b"\xc3\xa4",
        b"12.2026",
        b"1.234,5",
        b"-",
        b"1e9",
    ]
)
LOG_PIECES = st.sampled_from(
    [b'"', b" ", b"[10/Oct/2026:13:55:36 +0200]", b"GET /a?utm_source=x&%", b"200", b"\\", b"\n"]
)


def all_accounted_for(given_by: TableInput | LogInput, path: Path) -> None:
    """Every row is a record or has a reason that names its place."""
    rows = [row for _, row in given_by.rows(path, path.name)]
    checked = Validator(spelling_of(given_by.model, {})).check(rows)
    assert checked.read == len(rows)
    assert all(f"{path.name}, row " in each.reason for each in checked.broken)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the files of all examples."""
    return tmp_path_factory.mktemp("anything")


@given(
    heading=st.sampled_from([b"month;spent;what\n", b"\xef\xbb\xbfmonth,spent,what\r\n"]),
    pieces=st.lists(PIECES | st.binary(max_size=8), max_size=40),
)
def test_any_text_below_a_heading_is_accounted_for(
    place: Path, heading: bytes, pieces: list[bytes]
) -> None:
    """Or the file is refused in words."""
    path = place / "any.csv"
    path.write_bytes(heading + b"".join(pieces))
    with suppress(UnreadableError):
        all_accounted_for(TABLE, path)


@pytest.mark.parametrize("name", ["any.csv", "any.csv.gz", "any.xlsx", "any.parquet"])
@given(content=st.binary(max_size=200))
def test_any_bytes_are_no_table_and_that_is_told(name: str, place: Path, content: bytes) -> None:
    """Whatever the name promises."""
    path = place / name
    path.write_bytes(content)
    with pytest.raises(UnreadableError):
        list(TABLE.rows(path, name))


@given(pieces=st.lists(LOG_PIECES | st.binary(max_size=8), max_size=40))
def test_any_text_in_a_log_is_accounted_for(place: Path, pieces: list[bytes]) -> None:
    """Whoever asks a server writes into its log."""
    start = b'192.0.2.1 - - [10/Oct/2026:13:55:36 +0200] "'
    path = place / "any.log"
    path.write_bytes(start + b"".join(pieces))
    all_accounted_for(LOG, path)
