"""Says a query in SQL: fields become columns, parents become joins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kpiloop_sandbox.salesforce.catalogue.fields import Field
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.soql.columns import Column, Parent
from kpiloop_sandbox.salesforce.soql.conditions import Conditions, Value
from kpiloop_sandbox.salesforce.soql.problems import (
    malformed,
    no_such_column,
    no_such_object,
    no_such_relationship,
    refused,
)
from kpiloop_sandbox.salesforce.soql.tree import Ordering, Path, Query

Objects = Mapping[str, SObject]
_DEEPEST = 5
_BASE = "t0"
_THESE_ROWS = ("WHERE", f"{_BASE}.row", "IN (SELECT value FROM json_each(?))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query that can be run.

    `rows_sql` gives the numbers of the rows that it finds; `page_sql` gives of such rows the
    number, the id, the columns and the ids of the parents.
    """

    entity: SObject
    columns: tuple[Column, ...]
    parents: Mapping[tuple[str, ...], Parent]
    counts: bool
    rows_sql: str
    rows_values: tuple[Value, ...]
    page_sql: str


def compile_query(query: Query, objects: Objects, now: datetime, *, deleted: bool) -> Plan:
    """The plan of a query at this moment of the org's time; `deleted` records are left out or in.

    Raises:
        ApiError: INVALID_TYPE or INVALID_FIELD where it names what is not there.
    """
    return _Compiler(query, objects, now).plan(deleted=deleted)


class _Compiler:
    def __init__(self, query: Query, objects: Objects, now: datetime) -> None:
        self._query, self._objects = query, objects
        name = ".".join(query.entity.names)
        if name.lower() not in objects:
            raise no_such_object(query.text, query.entity.at, name)
        self._entity = objects[name.lower()]
        self._joins: dict[tuple[str, ...], tuple[str, str]] = {}
        self._parents: dict[tuple[str, ...], Parent] = {}
        self._conditions = Conditions(query.text, now, self._filtered)

    def plan(self, *, deleted: bool) -> Plan:
        columns = self._columns()
        parents = self._selected_parents(columns)
        page = self._select(
            [f"{_BASE}.row", f'{_BASE}."Id"', *self._page_columns(columns, parents)]
        )
        where, values = self._where(deleted=deleted)
        order = self._order()
        what = "count()" if self._query.counts else f"{_BASE}.row"
        rows = " ".join([self._select([what]), where, order, *self._limits()])
        return Plan(
            entity=self._entity,
            columns=columns,
            parents=parents,
            counts=self._query.counts,
            rows_sql=rows,
            rows_values=values,
            page_sql=" ".join([page, *_THESE_ROWS]),
        )

    def _columns(self) -> tuple[Column, ...]:
        columns: dict[tuple[str, ...], Column] = {}
        for path in self._query.fields:
            column = self._resolve(path)
            if column.path in columns:
                name = ".".join(path.names)
                raise malformed(self._query.text, path.at, f"duplicate field selected: {name}")
            columns[column.path] = column
        return tuple(columns.values())

    def _selected_parents(self, columns: tuple[Column, ...]) -> Mapping[tuple[str, ...], Parent]:
        """The parents that stand in the records: not those that a formula alone looks at."""
        trails = {column.path[:end] for column in columns for end in range(1, len(column.path))}
        return {trail: self._parents[trail] for trail in self._joins if trail in trails}

    @staticmethod
    def _page_columns(
        columns: tuple[Column, ...], parents: Mapping[tuple[str, ...], Parent]
    ) -> list[str]:
        return [*(each.sql for each in columns), *(each.id_sql for each in parents.values())]

    def _where(self, *, deleted: bool) -> tuple[str, tuple[Value, ...]]:
        parts: list[str] = []
        values: tuple[Value, ...] = ()
        if self._query.where is not None:
            sql, values = self._conditions.sql(self._query.where)
            parts.append(sql)
        if not deleted and self._entity.has("IsDeleted"):
            parts.append(f'{_BASE}."IsDeleted" = 0')
        return (f"WHERE {' AND '.join(parts)}" if parts else ""), values

    def _order(self) -> str:
        if self._query.counts:
            return ""
        keys = [self._ordering(each) for each in self._query.order] or [f"{_BASE}.row"]
        return "ORDER BY " + ", ".join(keys)

    def _ordering(self, ordering: Ordering) -> str:
        column = self._resolve(ordering.path)
        if not column.field.filterable:
            problem = f"field '{column.field.name}' can not be sorted in a query call"
            raise refused("INVALID_FIELD", self._query.text, ordering.path.at, problem)
        way = "DESC" if ordering.descending else "ASC"
        return f"{column.sql} {way} NULLS {'LAST' if ordering.nulls_last else 'FIRST'}"

    def _limits(self) -> list[str]:
        if self._query.limit is None and not self._query.offset:
            return []
        limit = -1 if self._query.limit is None else self._query.limit
        return [f"LIMIT {limit} OFFSET {self._query.offset}"]

    def _filtered(self, path: Path) -> Column:
        column = self._resolve(path)
        if not column.field.filterable:
            problem = f"field '{column.field.name}' can not be filtered in a query call"
            raise refused("INVALID_FIELD", self._query.text, path.at, problem)
        return column

    def _resolve(self, path: Path) -> Column:
        names = path.names
        if len(names) > 1 and names[0].lower() == self._entity.name.lower():
            names = names[1:]
        return self._reach(names, path)

    def _reach(self, names: tuple[str, ...], path: Path) -> Column:
        *relationships, last = names
        if len(relationships) > _DEEPEST:
            raise malformed(self._query.text, path.at, "too many levels of relationships")
        trail: tuple[str, ...] = ()
        entity, alias = self._entity, _BASE
        for name in relationships:
            reference = _reference(entity, name)
            if reference is None:
                raise no_such_relationship(self._query.text, path.at, name)
            trail = (*trail, reference.relationship)
            entity, alias = self._join(trail, alias, reference)
        field = entity.by_name.get(last.lower())
        if field is None:
            raise no_such_column(self._query.text, path.at, last, entity.name)
        sql = f'{alias}."{field.name}"'
        if field.formula:
            sql = self._reach((*trail, *field.formula.split(".")), path).sql
        return Column(path=(*trail, field.name), field=field, sql=sql)

    def _join(self, trail: tuple[str, ...], alias: str, reference: Field) -> tuple[SObject, str]:
        parent = self._objects[reference.references[0].lower()]
        known = self._joins.get(trail)
        if known is not None:
            return parent, known[0]
        joined = f"t{len(self._joins) + 1}"
        on = f'{joined}."Id" = {alias}."{reference.name}"'
        self._joins[trail] = joined, f'LEFT JOIN "{parent.name}" AS {joined} ON {on}'
        self._parents[trail] = Parent(entity=parent, id_sql=f'{joined}."Id"')
        return parent, joined

    def _select(self, columns: list[str]) -> str:
        joins = [join for _, join in self._joins.values()]
        source = f'"{self._entity.name}" AS {_BASE}'
        return " ".join(["SELECT", ", ".join(columns), "FROM", source, *joins])


def _reference(entity: SObject, relationship: str) -> Field | None:
    """The field that holds the id of this parent; one of several objects has no fields here."""
    for field in entity.fields:
        if field.relationship.lower() == relationship.lower() and len(field.references) == 1:
            return field
    return None
