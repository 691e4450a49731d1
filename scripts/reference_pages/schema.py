"""docs/schema.md: every table and column, out of the models."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from textwrap import dedent

from kpiloop.schema import resolved
from kpiloop.schema.fields import Kind
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.registry import PULLED, RESOLVED, resolved_columns
from kpiloop.schema.scores import Score
from kpiloop.warehouse.layout import ROW_FACTS
from kpiloop_attribution import kpiloop_derivations as attributed
from kpiloop_clv import kpiloop_derivations as valued

DERIVED = tuple(each.table for each in (*attributed(), *valued()))
"""The tables that the bundled plugins derive."""

_HEAD = f"""\
# Tables and columns

This page is written out of the models in `kpiloop/schema` by `make docs`: change those,
not this page.

- **[Resolved tables](#resolved-tables)** are what measures, conditions and KPIs stand on.
- **[Derived tables](#derived-tables)** are what plugins make of them; KPIs stand on them as well.
- **[Entities](#entities)** are what connectors fill, in each system's own words.

The stages of the ladder are {", ".join(f"`{stage}`" for stage in resolved.LADDER)}.

## Kinds of value

| Kind | Holds |
|---|---|
| {Kind.TEXT} | any text; an empty one is no value |
| {Kind.WHOLE} | a whole number of 64 bits |
| {Kind.NUMBER} | a decimal number with up to six places |
| {Kind.RATE} | a decimal number with up to twelve places |
| {Kind.MONEY} | an amount with four places |
| {Kind.FLAG} | true or false |
| {Kind.INSTANT} | a moment in UTC, between 1990 and 2100 |
| {Kind.DAY} | a day, `YYYY-MM-DD` |

Numbers may come as text, times as ISO 8601 or as an epoch in seconds or milliseconds. What does not
fit goes into [quarantine](howto/quarantine.md).
"""
_RESOLVED = """\
## Resolved tables

Ids are `<source>:<vendor id>`, so that two systems never collide. Every `x_at` has its `x_day`, the
day in the reporting time zone. Columns that end in `_home` are in the home currency, at the rate of
the row's own day. What the vendor deleted, what was merged away and what the settings exclude is
not here.
"""
_DERIVED = """\
## Derived tables

They are made after resolving, by the bundled plugins; yours may add more
([writing_plugins.md](writing_plugins.md)). Where a table has `model` and `is_chosen`, measures
count the rows of the chosen model, unless their `where` names the model.
"""
_ENTITIES = f"""\
## Entities

A row is known by its source and the id that its vendor gave it. The core adds
{", ".join(f"`{name}`" for name in ROW_FACTS)}.
They are no fields of an entity: a wire model marks those of its own that tell them, with
`Modified()` and `Deleted()`. A row stays when the vendor deletes it, with the time in `deleted_at`.
"""


def schema_page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *_resolved(), *_derived(), *_entities()))


def _resolved() -> Iterator[str]:
    yield _RESOLVED
    for model in (*RESOLVED, Score):
        yield from _table(model, resolved_columns(model))


def _derived() -> Iterator[str]:
    yield _DERIVED
    for model in DERIVED:
        yield from _table(model, resolved_columns(model))


def _entities() -> Iterator[str]:
    yield _ENTITIES
    for model in PULLED:
        yield from _table(model, columns_of(model))


def _table(model: type[Record], columns: Mapping[str, Kind]) -> Iterator[str]:
    notes = _notes(model)
    yield f"### {model.entity}\n\n{inspect.getdoc(model)}\n"
    yield "| Column | Kind | |"
    yield "|---|---|---|"
    for name, kind in columns.items():
        yield f"| `{name}` | {kind} | {notes.get(name, '')} |".replace("|  |", "| |")
    yield ""


def _notes(model: type[Record]) -> Mapping[str, str]:
    """Field → the docstring below it, those of the parents included."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if issubclass(parent, Record):
            found |= _own_notes(parent)
    return found


def _own_notes(model: type[Record]) -> Mapping[str, str]:
    (statement,) = ast.parse(dedent(inspect.getsource(model))).body
    assert isinstance(statement, ast.ClassDef)
    return {
        field.target.id: re.sub(r"\s+", " ", note.value.value)
        for field, note in zip(statement.body, statement.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(note, ast.Expr)
        and isinstance(note.value, ast.Constant)
        and isinstance(note.value.value, str)
        and "ClassVar" not in ast.unparse(field.annotation)
    }
