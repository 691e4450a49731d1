"""Definitions as they are written: one model per table of a pack, checked for keys and types."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kpiloop.errors import DefinitionError
from kpiloop.kpi.formula import Name, parse_formula
from kpiloop.kpi.kpi import Better
from kpiloop.kpi.names import LEGAL_NAME, NAME, did_you_mean

D = TypeVar("D", bound="Definition")
M = TypeVar("M", bound=BaseModel)
_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """The file that definitions are read from; `text` is empty where its lines are not known."""

    origin: str
    text: str = ""

    def place(self, table: str) -> str:
        """The place of a table, as `leads.toml:12 [measures.mqls]`."""
        name = re.escape(table.split(".", 1)[-1])
        group = re.escape(table.split(".", 1)[0])
        header = re.compile(rf"""^[ \t]*\[\s*{group}\s*\.\s*["']?{name}["']?\s*\]""", re.MULTILINE)
        found = header.search(self.text)
        line = f":{self.text.count(chr(10), 0, found.start()) + 1}" if found else ""
        return f"{self.origin}{line} [{table}]"


class Definition(BaseModel):
    """What measures and KPIs say alike: how to present them, and whose definition it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    place: str
    """Where it is written, as messages name it: file, line and table."""
    origin: str
    title: str | None = Field(default=None, min_length=1)
    meaning: str = ""
    unit: str | None = None
    better: Better | None = None
    source: str = ""
    contested: str = ""
    owner: str = ""
    bands: Mapping[str, str] = Field(default_factory=dict[str, str])
    signal: str | None = None
    overrides: bool = False
    derived_from: str | None = None

    def key(self, name: str) -> str:
        """Where one of its keys is written."""
        return f"{self.place}.{name}"

    def varied(self, **changes: object) -> Self:
        """A definition that follows from this one."""
        return self.model_copy(update={"derived_from": self.name, "overrides": False, **changes})


class MeasureDefinition(Definition):
    """`[measures.<name>]`."""

    on: str
    aggregate: str
    where: str | None = None
    when: str | None = None
    then: str | None = None
    within: str | None = None
    delay: str | None = None
    start: str | None = Field(default=None, alias="from")
    until: str | None = None
    kept_by: str | None = None


class KpiDefinition(Definition):
    """`[kpis.<name>]`."""

    formula: str


_OURS = frozenset({"name", "place", "origin", "derived_from"})


def read_definition(model: type[D], table: str, values: object, source: Source) -> D:
    """One definition out of a TOML table; DefinitionError says which key is not legal and why.

    `table` is the name of the table in full, such as `measures.mqls`.
    """
    name, place = table.split(".", 1)[1], source.place(table)
    _check_name(name, place)
    ours = {"name": name, "place": place, "origin": source.origin}
    return read_model(model, table, values, place, ours)


def read_model(
    model: type[M], table: str, values: object, place: str, ours: Mapping[str, object] = _NOTHING
) -> M:
    """What a TOML table says; `ours` are values that it must not give itself.

    DefinitionError says which key is not legal and why.
    """
    if not isinstance(values, Mapping):
        raise DefinitionError("it is no table", where=place, legal=f"[{table}], and keys below it")
    keys = cast("Mapping[str, object]", values)
    _check_keys(keys, _legal_keys(model), place)
    try:
        return model.model_validate({**keys, **ours})
    except ValidationError as error:
        raise _first_problem(error, place) from None


def _check_name(name: str, place: str) -> None:
    if not NAME.fullmatch(name):
        raise DefinitionError(f"{name!r} is no name", where=place, legal=LEGAL_NAME)
    try:
        is_name = parse_formula(name, place) == Name(name)
    except DefinitionError:
        is_name = False
    if not is_name:
        raise DefinitionError(
            f"{name!r} has a meaning of its own in formulas",
            where=place,
            todo="choose another name",
        )


def _legal_keys(model: type[BaseModel]) -> tuple[str, ...]:
    fields = model.model_fields.items()
    return tuple(field.alias or name for name, field in fields if name not in _OURS)


def _check_keys(keys: Iterable[str], legal: tuple[str, ...], place: str) -> None:
    unknown = [key for key in keys if key not in legal]
    if unknown:
        listed = ", ".join(f"{key!r}{did_you_mean(key, legal)}" for key in unknown)
        raise DefinitionError(f"unknown key {listed}", where=place, legal=", ".join(legal))


def _first_problem(error: ValidationError, place: str) -> DefinitionError:
    problem = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return DefinitionError(f"{key!r} is missing", where=place, todo=f"add {key} = …")
    return DefinitionError(problem["msg"], where=f"{place}.{key}")
