"""Segments of the settings: the first that fits, of companies and of people, whole and in part."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from kpiloop import DefinitionError
from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import Rules
from kpiloop.engine.scoring.reading import read_segments
from kpiloop.project.segments import SegmentEntry
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.layout import lay_out

SEGMENTS = {
    "large": SegmentEntry(where="employees >= 1000"),
    "students": SegmentEntry(on="people", where="job_title = 'student'"),
    "software": SegmentEntry(on="people", where="company.industry = 'Software'"),
}
PLAIN = Rules(zone=ZoneInfo("Europe/Berlin"), home_currency="EUR")
RULES = replace(PLAIN, segments=read_segments(SEGMENTS, "kpiloop.toml"))


@pytest.fixture
def company() -> Iterator[DuckDBPyConnection]:
    """A large company and a small one, each with people, and somebody of none."""
    with duckdb.connect() as connection:
        lay_out(connection, PULLED)
        connection.execute(
            "INSERT INTO pulled.companies (source, id, employees, industry, segment) VALUES"
            " ('crm', 'large', 2000, 'Software', 'told'), ('crm', 'small', 20, 'Software', 'told')"
        )
        connection.execute(
            "INSERT INTO pulled.contacts (source, id, company_id, job_title, segment) VALUES"
            " ('crm', '1', 'large', 'student', NULL), ('crm', '2', 'small', 'student', NULL),"
            " ('crm', '3', 'small', NULL, 'told'), ('crm', '4', NULL, NULL, 'told'),"
            " ('crm', '5', NULL, NULL, NULL)"
        )
        yield connection


def segments(connection: DuckDBPyConnection, entity: str) -> list[str | None]:
    """The segment of each row."""
    found = connection.execute(f"SELECT segment FROM resolved.{entity} ORDER BY id").fetchall()
    return [segment for (segment,) in found]


def test_the_first_segment_that_fits_counts(company: DuckDBPyConnection) -> None:
    """People are in their company's segment; where none fits, what the system told stands."""
    resolve(company, RULES)
    assert segments(company, "people") == ["large", "students", "software", "told", None]
    assert segments(company, "companies") == ["large", "told"]


def test_a_part_is_segmented_as_the_whole_is(company: DuckDBPyConnection) -> None:
    """A company that grew takes its people along, though none of them changed."""
    resolve(company, RULES)
    company.execute("UPDATE pulled.companies SET employees = 1000 WHERE id = 'small'")
    resolve(company, RULES, most=1.0)
    assert segments(company, "people") == ["large", "large", "large", "told", None]


def test_segments_that_change_are_seen(company: DuckDBPyConnection) -> None:
    """Other settings give other segments, without a new record."""
    resolve(company, RULES)
    resolve(company, PLAIN)
    assert segments(company, "people") == [None, None, "told", "told", None]


def test_a_segment_over_a_stage_is_refused() -> None:
    """Stages may follow from segments, so segments cannot follow from stages."""
    with pytest.raises(DefinitionError, match="no column 'stage'"):
        read_segments({"mqls": SegmentEntry(on="people", where="stage = 'mql'")}, "kpiloop.toml")
