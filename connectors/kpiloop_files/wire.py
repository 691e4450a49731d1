"""A row of a file as a record, by the mapping of its table.

A row stands as `{"id": …, "file": …, "row": …, "columns": {…}, "constants": {…}}`, so that what is
set aside tells where it stood.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeGuard

from pydantic import (
    AliasPath,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import InitErrorDetails

from kpiloop import Kind, Record
from kpiloop_files.cells import reader_of
from kpiloop_files.entities import ENTITIES
from kpiloop_files.settings import Table

COLUMNS = "columns"
CONSTANTS = "constants"
_AMOUNTS = (("costs", "amount"), ("budgets", "amount"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its line, its cells by heading, and what is wrong with it as a whole."""

    line: int
    cells: Mapping[str, object]
    problem: str = ""
    found: object = None
    """What there is instead."""


class Placed(Record):
    """A wire model whose errors name the file, the row and the column."""

    @model_validator(mode="wrap")
    @classmethod
    def _name_the_place(cls, row: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        place = _place(row)
        if place and (problem := _member(row, "problem")):
            raise _rejected(cls.__name__, [_detail(place, str(problem), _member(row, "found"))])
        try:
            return handler(row)
        except ValidationError as error:
            if not place:
                raise
            details = list(_placed(error, place))
        raise _rejected(cls.__name__, details)


def wire_of(table: Table) -> type[Record]:
    """The wire model of a table; only mapped fields are read, all others are left alone."""
    entity = ENTITIES[table.entity]
    fields: dict[str, Any] = {
        name: _field(entity, name, table, AliasPath(COLUMNS, column))
        for name, column in table.columns.items()
    }
    fields |= {
        name: (_annotation(entity, name), Field(validation_alias=AliasPath(CONSTANTS, name)))
        for name in table.constants
    }
    name = "".join(part.capitalize() for part in table.stream.split("_"))
    bases: tuple[type[Record], ...] = (Placed, entity)
    return create_model(f"{name}Row", __base__=bases, **fields)


def kind_of(entity: type[Record], field: str) -> Kind:
    """The kind of a field of the schema."""
    marks = entity.model_fields[field].metadata
    return next(kind for mark in marks if isinstance(kind := getattr(mark, "kind", None), Kind))


def _field(entity: type[Record], name: str, table: Table, place: AliasPath) -> Any:
    annotation = _annotation(entity, name)
    reader = reader_of(name, kind_of(entity, name), table)
    if reader:
        annotation = Annotated[annotation, BeforeValidator(reader)]
    return (annotation, Field(default=None, validation_alias=place))


def _annotation(entity: type[Record], name: str) -> Any:
    """The type of a field of the schema, with what only files need of it."""
    annotation = entity.model_fields[name].rebuild_annotation()
    if name == "channel":
        annotation = Annotated[annotation, BeforeValidator(_in_lower_case)]
    if (entity.entity, name) in _AMOUNTS:
        annotation = Annotated[annotation, BeforeValidator(_not_empty)]
    return annotation


def _in_lower_case(value: object) -> object:
    """A channel as all others are written: people write Email one month and email the next."""
    return value.lower() if isinstance(value, str) else value


def _not_empty(value: object) -> object:
    """A cost or budget without an amount would be stored and count nowhere."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("must hold an amount")
    return value


def _placed(error: ValidationError, place: str) -> Iterator[InitErrorDetails]:
    for each in error.errors(include_url=False, include_context=False):
        *above, name = each["loc"] or ("",)
        column = f", column {name}" if COLUMNS in above else f", {name}" if name else ""
        yield _detail(f"{place}{column}", each["msg"], each["input"])


def _detail(place: str, message: str, value: object) -> InitErrorDetails:
    reason = ValueError(message.removeprefix("Value error, "))
    return InitErrorDetails(type="value_error", loc=(place,), input=value, ctx={"error": reason})


def _rejected(title: str, details: list[InitErrorDetails]) -> ValidationError:
    return ValidationError.from_exception_data(title, details)


def _place(row: object) -> str:
    file, line = _member(row, "file"), _member(row, "row")
    return f"{file}, row {line}" if file else ""


def _member(row: object, key: str) -> object:
    return row.get(key) if _is_mapping(row) else None


def _is_mapping(row: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(row, Mapping)
