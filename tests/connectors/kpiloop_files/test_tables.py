"""Tables of text: whatever they are encoded in, separated by, and however people write numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop.schema.registry import PULLED
from kpiloop_files.cells import number_reader
from kpiloop_files.entities import ENTITIES
from support.files_folder import FilesFolder

CONTACTS = {
    "file": "people.csv",
    "entity": "contacts",
    "id": "no",
    "columns": {"last_name": "name", "created_at": "since"},
}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_columns_that_are_wanted(
    folder: FilesFolder, separator: str
) -> None:
    """Even where the heading has more of another one."""
    heading = separator.join(["month", '"a,b;c|d,e;f"', "channel", "spent"])
    row = separator.join(["2026-01", "x", "email", "5"])
    folder.costs(f"{heading}\n{row}\n")
    assert folder.rows("channel, amount") == [("email", Decimal(5))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(folder: FilesFolder, encoding: str) -> None:
    """UTF-8 with and without a mark, Windows-1252, and what spreadsheet programs call Unicode."""
    folder.costs("month,channel,spent\n2026-01,Müller € Söhne,5\n".encode(encoding))
    assert folder.rows("channel") == [("müller € söhne",)]


def test_a_file_of_several_encodings_is_read_line_by_line(folder: FilesFolder) -> None:
    """Files are appended to by several programs."""
    lines = [b"month,channel,spent\n", "2026-01,Köln,5\n".encode("cp1252")]
    folder.costs(b"".join([*lines, "2026-02,Zürich,6\n".encode()]))
    assert folder.rows("channel") == [("köln",), ("zürich",)]


def test_a_line_that_is_not_of_the_encoding_of_the_settings_is_set_aside(
    folder: FilesFolder,
) -> None:
    """What was told is not guessed."""
    content = "month,channel,spent\n2026-01,Köln,5\n2026-02,email,6\n".encode("cp1252")
    counts = folder.costs(content, encoding="utf-8")
    assert (counts.new, counts.quarantined) == (1, 1)


def test_numbers_with_a_decimal_comma_days_and_months_are_read_as_the_settings_say(
    folder: FilesFolder,
) -> None:
    """A month fills the first and the last day."""
    folder.costs(
        "month;channel;spent\n02.2024;email;1.234,50 €\n03.2024;email;-7,5\n04.2024;email;12,00-\n",
        decimal=",",
        day="%m.%Y",
    )
    assert folder.rows("first_day, last_day, amount") == [
        (date(2024, 2, 1), date(2024, 2, 29), Decimal("1234.5")),
        (date(2024, 3, 1), date(2024, 3, 31), Decimal("-7.5")),
        (date(2024, 4, 1), date(2024, 4, 30), Decimal(-12)),
    ]


@pytest.mark.parametrize(
    ("decimal", "text"), [(",", "1.5"), (",", "1,234.50"), (".", "1,5"), (".", "1.234,50")]
)
def test_a_number_of_the_other_spelling_is_refused(decimal: str, text: str) -> None:
    """It would be a thousand times too large or too small."""
    with pytest.raises(ValueError, match="not a number with a decimal"):
        number_reader(decimal)(text)


@given(
    number=st.decimals(-(10**9), 10**9, places=2),
    signs=st.sampled_from([(",", "."), (",", " "), (".", ","), (".", "'"), (".", "")]),
)
def test_every_number_survives_its_spelling(number: Decimal, signs: tuple[str, str]) -> None:
    """With and without signs between the thousands."""
    decimal, group = signs
    text = f"{number:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", group)
    assert Decimal(str(number_reader(decimal)(text))) == number


def test_times_are_read_from_the_clock_that_the_settings_name(folder: FilesFolder) -> None:
    """In summer and in winter, and with a zone of their own."""
    folder.write(
        "people.csv",
        "no,name,since\n1,A,01.07.2026 10:00\n2,B,01.12.2026 10:00\n",
    )
    folder.tables = [CONTACTS | {"time": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"}]
    folder.counts()
    assert folder.rows("created_at::VARCHAR", "contacts") == [
        ("2026-07-01 08:00:00",),
        ("2026-12-01 09:00:00",),
    ]


def test_an_iso_time_keeps_its_own_zone_and_an_epoch_needs_none(folder: FilesFolder) -> None:
    """Only what names no zone is of the settings'."""
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    folder.write(
        "people.csv",
        f"no,name,since\n1,A,2026-07-01T12:00:00Z\n2,B,{int(noon.timestamp() * 1000)}\n"
        "3,C,2026-07-01 14:00\n",
    )
    folder.tables = [CONTACTS | {"timezone": "Europe/Berlin"}]
    folder.counts()
    assert {since for (since,) in folder.rows("created_at", "contacts")} == {
        noon.replace(tzinfo=None)
    }


def test_constants_fill_what_no_column_says(folder: FilesFolder) -> None:
    """A ledger of the marketing department does not say so in every row."""
    folder.costs(
        "month,channel,spent\n2026-01,email,5\n",
        constants={"department": "marketing", "currency": "EUR", "kind": "media"},
    )
    assert folder.rows("department, currency, kind") == [("marketing", "EUR", "media")]


def test_rows_without_an_id_are_known_by_their_place(folder: FilesFolder) -> None:
    """Two equal rows are two costs."""
    counts = folder.costs("month,channel,spent\n2026-01,email,5\n2026-01,email,5\n", key=())
    assert counts.new == 2
    assert folder.rows("id") == [("costs.csv:2",), ("costs.csv:3",)]


def test_what_stands_above_the_heading_is_passed_over(folder: FilesFolder) -> None:
    """Exports begin with a title; empty lines between rows are none."""
    folder.costs("Report of May\n\nmonth,channel,spent\n\n2026-01,email,5\n,,\n", header=3)
    assert folder.rows("amount") == [(Decimal(5),)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(folder: FilesFolder, end: str) -> None:
    """As any system writes them."""
    folder.costs(end.join(["month,channel,spent", "2026-01,email,5", "2026-02,email,6"]))
    assert len(folder.rows("id")) == 2


def test_several_files_make_one_table(folder: FilesFolder) -> None:
    """A file for each year, in folders below."""
    folder.write("costs 2025.csv", "month,channel,spent\n2025-01,email,5\n")
    folder.write("old/costs 2024.csv", "month;channel;spent\n2024-01;email;5\n")
    folder.costs("month,channel,spent\n2026-01,email,5\n", file="**/costs*.csv")
    assert [year for (year,) in folder.rows("year(first_day)")] == [2024, 2025, 2026]


def test_every_entity_that_is_pulled_can_be_filled() -> None:
    """The connector's list is the schema's."""
    assert set(ENTITIES.values()) == set(PULLED)


def test_a_field_mapped_in_the_source_s_own_fields_is_read_too(folder: FilesFolder) -> None:
    """`[sources.files.fields.costs]` works for files as for every system."""
    folder.write("costs.csv", "month,channel,spent,line\n2026-01,email,5,tools\n")
    folder.tables = [
        {"file": "costs.csv", "entity": "costs", "columns": {"amount": "spent"}, "key": ["month"]}
    ]
    folder.pull(mapped_fields={"costs": {"product": "columns.line"}})
    assert folder.rows("product, amount") == [("tools", Decimal(5))]
