"""Resolving: from the records of each system to one company's people, deals and customers.

The steps are SQL files that read in the order of their names; this module hands them the rules and
the records, all or those of a part, and gives what they make its place.
"""

from collections.abc import Collection, Iterator

from duckdb import DuckDBPyConnection
from pydantic import TypeAdapter

from kpiloop.engine.resolve import given, replacing, seen
from kpiloop.engine.resolve.channels import contact_channels, ruled_traces
from kpiloop.engine.resolve.handing_over import hand_over
from kpiloop.engine.resolve.joining import join_records
from kpiloop.engine.resolve.part import MOST, Part
from kpiloop.engine.resolve.report import ResolveReport, report_of
from kpiloop.engine.resolve.rules import Rules
from kpiloop.engine.resolve.ruling import ruled_entries
from kpiloop.engine.resolve.segmenting import segmented
from kpiloop.engine.resolve.steps import functions, steps
from kpiloop.engine.resolve.ties import FUNCTION
from kpiloop.engine.resolve.unchanged import Fingerprint, remember, remembered
from kpiloop.engine.scoring.keeping import make_room
from kpiloop.warehouse.sql import name as quoted

_REPORT = TypeAdapter(ResolveReport)


def resolve(connection: DuckDBPyConnection, rules: Rules, *, most: float = MOST) -> ResolveReport:
    """Make every resolved table from the records that live; to be called in a transaction.

    Deterministic: the same records and rules give the same tables, whatever the order of loading
    and whatever was resolved before. So where neither changed since the last time, the tables
    stand; where a few records changed, only what they are tied to is made anew, unless that is
    more than the share `most` of all names.
    """
    make_room(connection)
    now = Fingerprint.of(connection, rules)
    before = remembered(connection)
    if before is not None and before.fingerprint == now:
        return _REPORT.validate_json(before.report)
    hand_over(connection, rules)
    connection.execute(functions())
    connection.execute(FUNCTION)
    changed = now.changed_since(before.fingerprint) if before else None
    if changed is None or not resolve_part(connection, rules, changed, most):
        _resolve_all(connection, rules)
    report = report_of(connection, rules)
    remember(connection, now, _REPORT.dump_json(report).decode())
    return report


def resolve_part(
    connection: DuckDBPyConnection, rules: Rules, entities: Collection[str], most: float
) -> bool:
    """Make anew what follows from changed records of some entities.

    False where all has to be made anew: then the resolved tables are as they were.
    """
    if not seen.find_changes(connection, entities):
        return False
    seen.follow_ties(connection)
    part = Part(connection=connection, most=most)
    part.grow()
    part.take_in_customers()
    while part.is_fit:
        given.give_part(connection)
        is_whole = all(part.holds_after(step) for step in _run(connection, rules))
        if is_whole:
            replacing.replace_part(connection)
        given.take_back(connection)
        if is_whole:
            return True
    return False


def _resolve_all(connection: DuckDBPyConnection, rules: Rules) -> None:
    given.give_all(connection)
    for _ in _run(connection, rules):
        pass
    replacing.replace_all(connection)
    given.take_back(connection)
    seen.keep_all(connection)


def _run(connection: DuckDBPyConnection, rules: Rules) -> Iterator[str]:
    """Take the steps over what is given; the name of each, once it is done."""
    hand_over(connection, rules)
    for statement in ruled_traces(rules.channels):
        connection.execute(statement)
    for step in steps():
        if step.needs_channels:
            connection.execute(contact_channels(rules.channels))
        if step.needs_rules:
            for statement in ruled_entries(rules.scoring):
                connection.execute(statement)
        connection.execute(step.statements)
        for statement in segmented(step.name, rules.segments):
            connection.execute(statement)
        yield step.name
        if step.tells_joins:
            join_records(connection)
        for table in step.spent:
            connection.execute(f"DROP TABLE {quoted(table)}")
