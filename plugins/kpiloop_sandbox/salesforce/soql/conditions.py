"""Conditions in SQL, with Salesforce's notions of null, case, ids and days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind
from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.ids import is_id, long_id
from kpiloop_sandbox.salesforce.soql.columns import Column
from kpiloop_sandbox.salesforce.soql.dates import period
from kpiloop_sandbox.salesforce.soql.problems import malformed, refused
from kpiloop_sandbox.salesforce.soql.tree import (
    Comparison,
    Condition,
    Literal,
    Negated,
    Path,
    Sort,
)
from kpiloop_sandbox.salesforce.times import seconds_of

Value = str | int | float | None
Sql = tuple[str, tuple[Value, ...]]
_RANGES = ("<", ">", "<=", ">=")
_BAD_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"


class Conditions:
    """Turns conditions of one query into SQL; `now` is a time in the org's time zone."""

    def __init__(self, text: str, now: datetime, resolve: Callable[[Path], Column]) -> None:
        self._text, self._now, self._resolve = text, now, resolve

    def sql(self, condition: Condition) -> Sql:
        """The condition in SQL, with its values in order."""
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, Negated):
            inner, values = self.sql(condition.part)
            return f"NOT coalesce({inner}, 0)", values
        parts = [self.sql(part) for part in condition.parts]
        joined = f" {condition.word} ".join(sql for sql, _ in parts)
        return f"({joined})", tuple(value for _, values in parts for value in values)

    def _comparison(self, comparison: Comparison) -> Sql:
        column = self._resolve(comparison.path)
        self._check_operator(comparison, column.field)
        if comparison.operator in ("IN", "NOT IN"):
            return self._listed(comparison, column)
        literal = comparison.values[0]
        if literal.sort is Sort.PERIOD:
            return self._within(comparison, column, literal)
        value = self._value(column.field, literal)
        operator = comparison.operator
        if value is None and operator in _RANGES:
            raise refused(_BAD_OPERATOR, self._text, literal.at, "null with this operator")
        if operator == "LIKE":
            return f"({column.sql} LIKE ? ESCAPE '\\')", (value,)
        # IS and IS NOT: without a value, a field equals null alone and differs from all else.
        word = {"=": "IS", "!=": "IS NOT"}.get(operator, operator)
        return f"{column.sql} {word} ?", (value,)

    def _check_operator(self, comparison: Comparison, field: Field) -> None:
        wrong = (comparison.operator == "LIKE" and not field.kind.is_text) or (
            comparison.operator in _RANGES and field.kind is Kind.BOOLEAN
        )
        if wrong:
            problem = f"invalid operator on {field.kind.value} field"
            raise refused(_BAD_OPERATOR, self._text, comparison.path.at, problem)

    def _listed(self, comparison: Comparison, column: Column) -> Sql:
        values = [self._value(column.field, literal) for literal in comparison.values]
        given = tuple(value for value in values if value is not None)
        marks = ", ".join("?" * len(given))
        has_null = len(given) < len(values)
        if comparison.operator == "IN":
            null = f" OR {column.sql} IS NULL" if has_null else ""
            return f"({column.sql} IN ({marks}){null})", given
        null = f"{column.sql} IS NOT NULL AND" if has_null else f"{column.sql} IS NULL OR"
        return f"({null} {column.sql} NOT IN ({marks}))", given

    def _within(self, comparison: Comparison, column: Column, literal: Literal) -> Sql:
        if column.field.kind not in (Kind.DATE, Kind.DATETIME):
            raise self._mistyped(column.field, literal)
        if comparison.operator == "LIKE":
            raise malformed(self._text, literal.at, f"unexpected token: '{literal.value}'")
        first, after = period(str(literal.value), self._now.date())
        start, end = self._edge(column.field, first), self._edge(column.field, after)
        inside = f"({column.sql} >= ? AND {column.sql} < ?)"
        match comparison.operator:
            case "=":
                return inside, (start, end)
            case "!=":
                return f"NOT coalesce({inside}, 0)", (start, end)
            case "<" | ">=" as word:
                return f"{column.sql} {word} ?", (start,)
            case "<=":
                return f"{column.sql} < ?", (end,)
            case _:
                return f"{column.sql} >= ?", (end,)

    def _edge(self, field: Field, day: date) -> Value:
        """The beginning of a day in the org's time zone."""
        if field.kind is Kind.DATE:
            return day.isoformat()
        midnight = datetime.combine(day, time(), self._now.tzinfo)
        return seconds_of(midnight.astimezone(UTC))

    def _value(self, field: Field, literal: Literal) -> Value:
        """The literal as the field's column keeps it; an empty text is no value."""
        if literal.sort is Sort.NULL or (literal.sort is Sort.TEXT and literal.value == ""):
            return None
        if not _fits(field.kind, literal.sort):
            raise self._mistyped(field, literal)
        if not field.kind.is_id:
            return literal.value
        if not is_id(str(literal.value)):
            problem = f"invalid ID field: {literal.value}"
            raise refused(_BAD_OPERATOR, self._text, literal.at, problem)
        return long_id(str(literal.value))

    def _mistyped(self, field: Field, literal: Literal) -> ApiError:
        kind = "dateTime" if field.kind is Kind.DATETIME else field.kind.value
        quoted = "be enclosed in quotes"
        if not (field.kind.is_text or field.kind.is_id):
            quoted = "should not be enclosed in quotes"
        problem = (
            f"value of filter criterion for field '{field.name}' must be of type {kind}"
            f" and {quoted}"
        )
        return refused("INVALID_FIELD", self._text, literal.at, problem)


def _fits(kind: Kind, sort: Sort) -> bool:
    if kind.is_text or kind.is_id:
        return sort is Sort.TEXT
    if kind.is_number:
        return sort is Sort.NUMBER
    expected = {Kind.BOOLEAN: Sort.FLAG, Kind.DATE: Sort.DAY, Kind.DATETIME: Sort.MOMENT}
    return sort is expected[kind]
