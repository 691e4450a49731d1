"""Where SQL finds what a query names."""

from dataclasses import dataclass

from kpiloop_sandbox.salesforce.catalogue.fields import Field
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field: the names that lead to it, and its SQL."""

    path: tuple[str, ...]
    field: Field
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A parent that is selected from: its object, and the SQL of its id."""

    entity: SObject
    id_sql: str
