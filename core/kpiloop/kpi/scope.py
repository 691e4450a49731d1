"""Where an expression stands, and what its parts give: the words that its checks are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

from sqlglot import exp

from kpiloop.errors import DefinitionError
from kpiloop.kpi.allowed import is_allowed
from kpiloop.kpi.measure import Reach
from kpiloop.kpi.names import did_you_mean
from kpiloop.kpi.syntax import shown
from kpiloop.kpi.table import Table
from kpiloop.kpi.units import RATIO, Unit
from kpiloop.schema.fields import Kind

LEGAL = (
    "columns, numbers, 'text', true, false, + - *, = <> < <= > >=, AND OR NOT, IN, BETWEEN, LIKE, "
    "IS NULL, CASE, COALESCE, lower, upper, days_between(from, to)"
)

_NUMERIC = (Kind.MONEY, Kind.NUMBER, Kind.WHOLE)


@dataclass(frozen=True, slots=True)
class Typed:
    """What an expression gives.

    `kind` is None for NULL. `unit` is None for a number that takes its neighbour's unit.
    `text` is set where the expression is a text written out.
    """

    kind: Kind | None
    unit: Unit | None = RATIO
    text: str | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether one can calculate with it."""
        return self.kind in _NUMERIC


class Scope:
    """Where an expression stands: its table, its place in a pack, and the columns it has used."""

    def __init__(self, table: Table, where: str, *, adds_up: bool = False) -> None:
        self.table = table
        self.where = where
        self.adds_up = adds_up
        """Whether amounts of several rows come together: then they must be in one currency."""
        self._used: dict[Reach, None] = {}

    @property
    def used(self) -> tuple[Reach, ...]:
        """The columns that were pointed at, without repeats."""
        return tuple(self._used)

    def refusal(self, what: str, legal: str = LEGAL, todo: str = "") -> DefinitionError:
        """The error for something that may not stand here."""
        return DefinitionError(what, where=self.where, legal=legal, todo=todo)

    def find(self, node: exp.Expr) -> Reach | None:
        """The column that a node names, if it names one that can be reached."""
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            return None
        if not node.table:
            return self.table.find(node.name)
        return self.table.reaches.get(node.table, {}).get(node.name)

    def column(self, node: exp.Expr) -> Reach:
        """The column that a node names; DefinitionError where there is none."""
        reach = self.find(node)
        if reach is None:
            name = node.sql(dialect="duckdb").replace('"', "")
            known = did_you_mean(name, self.table.names())
            raise self.refusal(
                f"{self.table.entity} has no column {name!r}{known}",
                legal=", ".join(self.table.own),
            )
        return reach

    def point(self, node: exp.Expr, reach: Reach) -> None:
        """Writes a column as it is reached, quoted, and remembers that it is used."""
        node.set("this", exp.to_identifier(reach.column, quoted=True))
        node.set("table", exp.to_identifier(reach.via, quoted=True))
        self._used[reach] = None


def check_nodes(tree: exp.Expr, scope: Scope) -> None:
    """Refuses a tree that holds any node beyond the allow-list."""
    for node in tree.walk():
        if not is_allowed(node):
            raise scope.refusal(f"{shown(node)} may not be used{_hint(node)}")


def wider(sides: Iterable[Typed]) -> Kind:
    """The kind of a number that comes from several."""
    kinds = {side.kind for side in sides}
    return next(kind for kind in _NUMERIC if kind in kinds)


def same_family(node: exp.Expr, sides: Iterable[Typed], scope: Scope) -> Typed:
    """What alternatives or compared values have in common; DefinitionError where nothing.

    NULL goes with everything, a number with every number, a written day with a day.
    """
    known = [side for side in sides if side.kind is not None]
    if any(side.kind is Kind.DAY for side in known):
        known = [side for side in known if side.text is None or not _is_day(side.text)]
    if len({Kind.NUMBER if side.is_numeric else side.kind for side in known}) > 1:
        kinds = " and ".join(dict.fromkeys(str(side.kind) for side in known))
        raise scope.refusal(
            f"{shown(node)} brings {kinds} together",
            legal="values of one kind; a day goes with 'YYYY-MM-DD', a time by its _day column",
        )
    return reduce(_common, known) if known else Typed(None, unit=None)


def _hint(node: exp.Expr) -> str:
    if isinstance(node, exp.Div):
        return ": divide in a KPI's formula"
    if isinstance(node, exp.Query):
        return ": a query inside of an expression"
    return f": {type(node).__name__} is not on the list"


def _common(left: Typed, right: Typed) -> Typed:
    kind = wider((left, right)) if left.is_numeric else left.kind
    return Typed(kind, left.unit or right.unit)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
