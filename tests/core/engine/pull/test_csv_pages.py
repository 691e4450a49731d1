"""Pages of CSV: the same records as the same rows in JSON would give."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AliasPath, Field

from kpiloop.clock import ManualClock
from kpiloop.connector.base import Connector, Settings, Source
from kpiloop.connector.reading import Read, reads
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import EVERYTHING, pull
from kpiloop.schema.fields import Flag, Id, Instant, Money, Text, Whole
from kpiloop.schema.people import Company
from kpiloop.schema.record import Modified
from kpiloop.schema.sales import Deal
from kpiloop.warehouse.store import Warehouse
from kpiloop.web_api.page import Page
from support.memory_vendor import START


class SheetDeal(Deal):
    """A deal as a line of CSV."""

    id: Id = Field(validation_alias="Id")
    name: Text = Field(None, validation_alias="Name")
    amount: Money = Field(None, validation_alias="Amount")
    company_id: Text = Field(None, validation_alias=AliasPath("Account", "Id"))
    is_won: Flag = Field(None, validation_alias="IsWon")
    created_at: Instant = Field(None, validation_alias="CreatedDate")
    changed: Annotated[Instant, Modified()] = Field(None, validation_alias="SystemModstamp")


class SheetCompany(Company):
    """A company whose model adds a rule, so that it is read slowly."""

    id: Id = Field(validation_alias="Id")
    name: Text = Field(None, validation_alias="Name")
    employees: Whole = Field(None, validation_alias="Staff")


class NoSettings(Settings):
    """Nothing needs to be set."""


class Sheets(Connector[NoSettings]):
    """Gives the pages that a test made."""

    name: ClassVar[str] = "sheets"
    settings_type: ClassVar[type[Settings]] = NoSettings

    def __init__(self, pages: Sequence[Page]) -> None:
        super().__init__(NoSettings(), Source(name="sheets", clock=ManualClock(START)))
        self.pages = pages

    @reads(SheetDeal, SheetCompany)
    def sheet(self, read: Read) -> Iterator[Page]:
        """Every page behind the checkpoint."""
        done = read.checkpoint if isinstance(read.checkpoint, int) else 0
        yield from self.pages[done:]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse."""
    with Warehouse.open(tmp_path / "warehouse.duckdb", threads=1) as warehouse:
        yield warehouse


def pulled(warehouse: Warehouse, *pages: Page) -> PullReport:
    """The report of a pull of these pages, whose sums close."""
    report = pull(warehouse, Sheets(pages), EVERYTHING)
    assert all(each.counts.closes for each in report.streams)
    return report


def deals(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The stored deals, as text."""
    with warehouse.cursor() as cursor:
        return cursor.execute(
            "SELECT id, name, amount::VARCHAR, company_id, is_won, created_at::VARCHAR"
            " FROM pulled.deals WHERE deleted_at IS NULL ORDER BY id"
        ).fetchall()


HEADER = b"Id,Name,Amount,Account.Id,IsWon,CreatedDate,SystemModstamp\n"
LINE = (
    b'"6A","Big, ""very"" big",12.50,001,true,2026-01-02T03:04:05.000Z,2026-01-02T03:04:05.000Z\n'
)


def test_a_line_becomes_a_record_by_the_aliases_of_the_wire_model(warehouse: Warehouse) -> None:
    """Quotes, commas and dotted column names are read as they are meant."""
    report = pulled(warehouse, Page.csv(HEADER + LINE))
    assert report.counts.new == 1
    expected = ("6A", 'Big, "very" big', "12.5000", "001", True, "2026-01-02 03:04:05")
    assert deals(warehouse) == [expected]


def test_an_empty_value_clears_and_an_absent_column_leaves_alone(warehouse: Warehouse) -> None:
    """A vendor that drops a column does not wipe what was stored of it."""
    pulled(warehouse, Page.csv(HEADER + LINE))
    pulled(warehouse, Page.csv(b"Id,Name\n6A,\n"))
    expected = ("6A", None, "12.5000", "001", True, "2026-01-02 03:04:05")
    assert deals(warehouse) == [expected]


def test_a_header_alone_is_a_page_without_rows(warehouse: Warehouse) -> None:
    """That is how a query without hits answers."""
    report = pulled(warehouse, Page.csv(HEADER))
    assert report.is_green
    assert report.counts.read == 0


@pytest.mark.parametrize(
    "line", [b"7A,only two\n", b"7A,N,not a number,001,true,,\n", b",no id,1,001,true,,\n"]
)
def test_a_line_that_is_no_record_is_set_aside_alone(warehouse: Warehouse, line: bytes) -> None:
    """The lines around it are stored, and the sums close."""
    report = pulled(warehouse, Page.csv(HEADER + line + LINE))
    assert (report.counts.new, report.counts.quarantined) == (1, 1)
    assert [row[0] for row in deals(warehouse)] == ["6A"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no names of columns"),
        (HEADER + b'"cut of', "not CSV"),
        (HEADER + b"\xff\xfe\n", "UTF-8"),
        (b"Id,Id\n1,2\n", "same name"),
        (b"Id,Account,Account.Id\n1,2,3\n", "a part of another"),
    ],
)
def test_a_body_that_is_no_table_stops_the_stream(
    warehouse: Warehouse, body: bytes, reason: str
) -> None:
    """A cut-off answer is not taken for a short one."""
    report = pulled(warehouse, Page.csv(body))
    assert reason in str(report.failed["sheet"])


def test_a_value_of_a_megabyte_and_nul_bytes_come_through(warehouse: Warehouse) -> None:
    """Neither costs the other lines of the page."""
    long = b"x" * 2**20
    body = HEADER + LINE + b'8A,"' + long + b'",1,001,true,,\n9A,a\x00b,1,001,true,,\n'
    report = pulled(warehouse, Page.csv(body))
    assert report.counts.new == 3
    assert [len(row[1]) for row in deals(warehouse)] == [15, 2**20, 2]


QUOTED = b'"Id","Name","Amount"\n"1A","One ""and"" only","1"\n'


@pytest.mark.parametrize("doubtful", [b'" 2A","Two","x"\n', b'"2A"," Two","2"\n"3A","a\x00b",""\n'])
def test_doubtful_lines_among_quoted_ones_are_left_to_the_wire_model(
    warehouse: Warehouse, doubtful: bytes
) -> None:
    """The others of their page go in without it."""
    pulled(warehouse, Page.csv(QUOTED + doubtful + b'"4A","Four","4"\n'))
    found = {row[0]: row[1] for row in deals(warehouse)}
    assert (found["1A"], found["4A"]) == ('One "and" only', "Four")


@pytest.mark.parametrize("blank", ["  ", "\t", "\x1c", "\x85", "\xa0", "\u1680", "\u3000"])
def test_a_blank_is_no_value_among_quoted_ones_whatever_its_letters(
    warehouse: Warehouse, blank: str
) -> None:
    """Texts of numbers, of true and false, or that begin outside of ASCII stay as they are."""
    names = [blank, "1.50", "true", "~", "Élan", "[", "nan"]
    lines = [f'"{number}A","{name}","1"\n' for number, name in enumerate(names)]
    pulled(warehouse, Page.csv(('"Id","Name","Amount"\n' + "".join(lines)).encode()))
    assert [row[1] for row in deals(warehouse)] == [None, *names[1:]]


@pytest.mark.parametrize("odd", [b'"2A","Two"\n', b'"2A","a""\n""b","2"\n\n'])
def test_a_quoted_page_that_cannot_be_cut_simply_is_read_line_by_line(
    warehouse: Warehouse, odd: bytes
) -> None:
    """What the database made of it before is forgotten, and nothing counts twice."""
    report = pulled(warehouse, Page.csv(QUOTED + odd + b'"4A","Four","4"\n'))
    assert (report.counts.new + report.counts.quarantined, report.counts.repeated) == (3, 0)
    assert {row[0]: row[1] for row in deals(warehouse)}["4A"] == "Four"


def test_ids_that_stand_twice_in_a_page_count_as_repeated(warehouse: Warehouse) -> None:
    """The later line of two that are equally new wins."""
    other = LINE.replace(b"12.50", b"13.00")
    report = pulled(warehouse, Page.csv(HEADER + LINE + other))
    assert (report.counts.new, report.counts.repeated) == (1, 1)
    assert deals(warehouse)[0][2] == "13.0000"


def test_a_model_of_another_entity_reads_its_own_pages(warehouse: Warehouse) -> None:
    """Pages of several models may come in one stream."""
    page = Page.csv(b"Id,Name,Staff\nC1,Acme,12\n", of=SheetCompany)
    report = pulled(warehouse, Page.csv(HEADER + LINE), page)
    assert report.counts.new == 2


VALUES = st.fixed_dictionaries(
    {
        "Id": st.text("AB1", min_size=1, max_size=3),
        "Name": st.text(st.characters(codec="utf-8"), max_size=12),
        "Amount": st.sampled_from(["", "1", "-2.5", "1e3", "0.00001", "x", "999999999999999"]),
        "IsWon": st.sampled_from(["", "true", "false", "TRUE", "1", "maybe"]),
        "CreatedDate": st.sampled_from(
            ["", "2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05.000+0000", "2026-02-30", "1"]
        ),
    }
)


QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])


@settings(max_examples=8)
@given(rows=st.lists(VALUES, max_size=30), quoting=QUOTING)
def test_csv_gives_what_the_same_rows_give_in_json(
    tmp_path_factory: pytest.TempPathFactory, rows: Sequence[Mapping[str, str]], quoting: Any
) -> None:
    """Whichever way a row is read, the wire model decides."""
    text = io.StringIO(newline="")
    names = ["Id", "Name", "Amount", "IsWon", "CreatedDate"]
    writer = csv.DictWriter(text, fieldnames=names, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    as_json = json.dumps([{key: value or None for key, value in row.items()} for row in rows])
    found: list[object] = []
    for page in (Page.csv(text.getvalue().encode()), Page.json(as_json.encode())):
        path = tmp_path_factory.mktemp("home") / "warehouse.duckdb"
        with Warehouse.open(path, threads=1) as warehouse:
            counts = pulled(warehouse, page).counts
            found.append((deals(warehouse), counts.new, counts.quarantined, counts.repeated))
    assert found[0] == found[1]
