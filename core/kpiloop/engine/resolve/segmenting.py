"""In which of the settings' segments people and companies are: the first that fits."""

from collections.abc import Iterator, Sequence

from kpiloop.engine.resolve.ruling import staged
from kpiloop.engine.scoring.moments import joins
from kpiloop.engine.scoring.rules import SegmentRule
from kpiloop.warehouse.sql import name as quoted
from kpiloop.warehouse.sql import text

_COMPANIES, _PEOPLE = "companies", "people"


def segmented(step: str, rules: Sequence[SegmentRule]) -> Iterator[str]:
    """Statements that follow the step that tells what companies, or people, are."""
    if step == "04_companies.sql" and any(each.entity == _COMPANIES for each in rules):
        yield _segmented(
            "staged_companies",
            "id",
            _COMPANIES,
            "company",
            [each for each in rules if each.entity == _COMPANIES],
        )
    if step == "06_people.sql" and rules:
        yield _segmented("person_facts", "person_id", _PEOPLE, "person", rules)


def _segmented(table: str, key: str, entity: str, row: str, rules: Sequence[SegmentRule]) -> str:
    """A table again, with the segments of the settings before what the systems tell.

    A person meets the rule of a company if their company does.
    """
    reaches = [reach for each in rules for reach in each.where.reaches]
    whens = " ".join(f"WHEN {each.where.sql} THEN {text(each.name)}" for each in rules)
    companies = any(each.entity == _COMPANIES for each in rules) and entity == _PEOPLE
    needed = {reach.via for reach in reaches if reach.via != row}
    extra = (
        ""
        if "company" in needed or not companies
        else (
            f" LEFT JOIN {staged(_COMPANIES)} AS company ON company.id = {quoted(row)}.company_id"
        )
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT told.* REPLACE ("
        f"coalesce(found.name, told.segment) AS segment) FROM {table} AS told JOIN ("
        f"SELECT {quoted(row)}.id AS found_id, CASE {whens} END AS name "
        f"FROM {staged(entity)} AS {quoted(row)}{joins(reaches, row, staged)}{extra}"
        f") AS found ON found.found_id = told.{key}"
    )
