"""Search requests as SQL conditions."""

import re
from collections.abc import Mapping
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from kpiloop_sandbox.hubspot.definitions import Property, Wire
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request
from kpiloop_sandbox.hubspot.kinds import Kind
from kpiloop_sandbox.hubspot.times import parse_ms

MAX_GROUPS, MAX_FILTERS, MAX_FILTERS_IN_ALL = 5, 6, 18
_HIGHEST = 2**62
_TIMES = {"date", "datetime"}
_COMPARED = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_WORD = re.compile(r"[^\w@.+*-]+")
# An address is one word, and so are its name, its domain and the parts of both.
_SPLITS = (_WORD, re.compile(r"[^\w.]+"), re.compile(r"\W+"))


class Filter(Wire):
    """One comparison of one property."""

    property_name: str
    operator: str
    value: str | None = None
    high_value: str | None = None
    values: tuple[str, ...] = ()


class FilterGroup(Wire):
    """Filters that must all hold."""

    filters: tuple[Filter, ...] = ()


class Sort(Wire):
    """The order of the results."""

    property_name: str
    direction: str = "ASCENDING"


def _spelled_out(value: object) -> object:
    if not isinstance(value, str):
        return value
    name, direction = value.removeprefix("-"), "ASCENDING"
    if value.startswith("-"):
        direction = "DESCENDING"
    return {"propertyName": name, "direction": direction}


class SearchRequest(Wire):
    """The body of a search; groups are alternatives."""

    filter_groups: tuple[FilterGroup, ...] = ()
    sorts: tuple[Annotated[Sort, BeforeValidator(_spelled_out)], ...] = ()
    query: str | None = None
    properties: tuple[str, ...] = ()
    limit: int = Field(default=10)
    after: str | None = None


class Condition(NamedTuple):
    """A piece of SQL with its parameters."""

    sql: str
    values: tuple[object, ...] = ()


NOTHING = Condition("0")


class Column(NamedTuple):
    """How a property is read in SQL, and as what its values compare."""

    sql: str
    values: tuple[object, ...]
    type: str


class Compiler:
    """Turns the filters of one object type into SQL."""

    def __init__(self, kind: Kind, definitions: Mapping[str, Property]) -> None:
        self._kind = kind
        self._definitions = definitions

    def column(self, name: str) -> Column | None:
        """Where a property's value is found; None where the type has no such property."""
        if name == "hs_object_id":
            return Column("id", (), "number")
        if name == self._kind.modified:
            return Column("updated", (), "datetime")
        definition = self._definitions.get(name)
        if definition is None:
            return None
        path = f'$."{name}"'
        if definition.type == "number":
            return Column("CAST(json_extract(properties, ?) AS REAL)", (path,), "number")
        if definition.type in _TIMES:
            return Column("epoch_ms(json_extract(properties, ?))", (path,), definition.type)
        return Column("lower(json_extract(properties, ?))", (path,), "string")

    def groups(self, groups: tuple[FilterGroup, ...]) -> Condition:
        """All groups as one condition."""
        _check_size(groups)
        parts = [self.filters(group.filters) for group in groups]
        if not parts:
            return Condition("1")
        return _join(" OR ", parts)

    def filters(self, filters: tuple[Filter, ...]) -> Condition:
        """The filters of one group as one condition."""
        return _join(" AND ", [self.filter(each) for each in filters] or [Condition("1")])

    def filter(self, each: Filter) -> Condition:
        """One filter; a property that the type does not have matches nothing, silently."""
        column = self.column(each.property_name)
        if column is None:
            return NOTHING
        build = _BUILDERS.get(each.operator, _compared)
        return build(column, each)

    def query(self, text: str) -> Condition:
        """Free text, looked for in the properties that HubSpot shows by default."""
        pattern = f"%{text.lower()}%"
        parts = [
            Condition("lower(json_extract(properties, ?)) LIKE ?", (f'$."{name}"', pattern))
            for name in self._kind.shown
        ]
        return _join(" OR ", parts)


def _check_size(groups: tuple[FilterGroup, ...]) -> None:
    if len(groups) > MAX_GROUPS:
        raise bad_request(f"There can be at most {MAX_GROUPS} filter groups")
    if any(len(group.filters) > MAX_FILTERS for group in groups):
        raise bad_request(f"There can be at most {MAX_FILTERS} filters in a group")
    if sum(len(group.filters) for group in groups) > MAX_FILTERS_IN_ALL:
        raise bad_request(f"There can be at most {MAX_FILTERS_IN_ALL} filters in all groups")


def _join(word: str, parts: list[Condition]) -> Condition:
    sql = word.join(f"({part.sql})" for part in parts)
    return Condition(sql, tuple(value for part in parts for value in part.values))


def _operand(column: Column, each: Filter, text: str | None) -> object:
    if text is None:
        raise bad_request(f"Filter on {each.property_name} needs a value")
    if column.type == "string":
        return text.lower()
    number = parse_ms(text) if column.type in _TIMES else _number(text)
    if number is None:
        raise bad_request(f"{text} is not a legal value for {each.property_name}")
    if column.type in _TIMES and abs(number) >= _HIGHEST:
        raise bad_request(f"{text} is not a legal value for {each.property_name}")
    if column.type in _TIMES and number == 0:
        # The real API breaks on the epoch itself, and clients must know.
        raise ApiError(500, "internal error")
    return number


def _number(text: str) -> int | float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    # Ids are compared exactly; what no integer column can hold is compared as it is.
    return int(text) if text.lstrip("-").isdecimal() and abs(value) < _HIGHEST else value


def _compared(column: Column, each: Filter) -> Condition:
    if each.operator not in _COMPARED:
        raise bad_request(f"Invalid operator {each.operator} for {each.property_name}")
    value = _operand(column, each, each.value)
    condition = Condition(f"{column.sql} {_COMPARED[each.operator]} ?", (*column.values, value))
    if each.operator != "NEQ":
        return condition
    return _join(" OR ", [condition, Condition(f"{column.sql} IS NULL", column.values)])


def _presence(column: Column, each: Filter) -> Condition:
    test = "IS NULL" if each.operator.startswith("NOT") else "IS NOT NULL"
    return Condition(f"{column.sql} {test}", column.values)


def _between(column: Column, each: Filter) -> Condition:
    low, high = _operand(column, each, each.value), _operand(column, each, each.high_value)
    return Condition(f"{column.sql} BETWEEN ? AND ?", (*column.values, low, high))


def _member(column: Column, each: Filter) -> Condition:
    if not each.values:
        raise bad_request(f"Operator {each.operator} on {each.property_name} needs values")
    wanted = tuple(_operand(column, each, value) for value in each.values)
    marks = ", ".join("?" * len(wanted))
    if each.operator == "IN":
        return Condition(f"{column.sql} IN ({marks})", (*column.values, *wanted))
    sql = f"({column.sql} IS NULL OR {column.sql} NOT IN ({marks}))"
    return Condition(sql, (*column.values, *column.values, *wanted))


def _token(column: Column, each: Filter) -> Condition:
    tokens = [token for token in _WORD.split((each.value or "").lower()) if token]
    if not tokens:
        raise bad_request(f"Filter on {each.property_name} needs a value")
    parts = [Condition(f"has_token({column.sql}, ?)", (*column.values, token)) for token in tokens]
    found = _join(" AND ", parts)
    return Condition(f"NOT ({found.sql})", found.values) if "NOT" in each.operator else found


_BUILDERS = {
    "HAS_PROPERTY": _presence,
    "NOT_HAS_PROPERTY": _presence,
    "IN": _member,
    "NOT_IN": _member,
    "CONTAINS_TOKEN": _token,
    "NOT_CONTAINS_TOKEN": _token,
    "BETWEEN": _between,
}


def has_token(text: str | None, token: str) -> bool:
    """Whether a word of the text matches the token, in which `*` stands for anything."""
    if not text:
        return False
    pattern = re.compile(".*".join(re.escape(part) for part in token.split("*")))
    lowered = text.lower()
    words = {word for split in _SPLITS for word in split.split(lowered)}
    return any(pattern.fullmatch(word) for word in words)
