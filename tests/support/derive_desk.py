"""A warehouse with resolved tables, and a plugin's derivation of what was won."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from kpiloop import (
    Derivation,
    Deriving,
    Id,
    Instant,
    Money,
    PluginSettings,
    Resolved,
    Text,
    derives,
)
from kpiloop.engine.derive.derive import DeriveReport, Surroundings, derive
from kpiloop.schema.registry import resolved_columns
from kpiloop.schema.resolved import ResolvedDeal
from kpiloop.warehouse import sql
from kpiloop.warehouse.store import Warehouse

AS_OF = datetime(2026, 4, 10, 6, tzinfo=UTC)


class Win(Resolved):
    """A deal that was won, as a plugin sees it."""

    entity: ClassVar[str] = "wins"
    singular: ClassVar[str] = "win"

    deal_id: Text = None
    won_at: Instant = None
    amount_home: Money = None


class WinSettings(PluginSettings):
    """What the plugin is told."""

    section: ClassVar[str] = "wins"

    factor: int = 1


@derives(Win, needs=("deals",), settings=WinSettings)
def wins(deriving: Deriving[WinSettings]) -> Iterator[Win]:
    """Every won deal, worth so many times what it is."""
    for deal, won, amount in deriving.rows(
        "SELECT id, won_at, amount_home FROM deals WHERE won_at IS NOT NULL ORDER BY id"
    ):
        worth = None if amount is None else amount * deriving.settings.factor
        yield Win(id=deal, deal_id=deal, won_at=won, amount_home=worth)


class Desk:
    """A warehouse with resolved tables, and the derivations that are run over it."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        with warehouse.transaction() as connection:
            connection.execute(sql.create("resolved", "deals", resolved_columns(ResolvedDeal)))

    def begin(self) -> None:
        """Forget what was derived, and what of."""
        for statement in (
            "DELETE FROM state.meta WHERE key IN ('derived', 'resolved')",
            "DELETE FROM resolved.deals",
            "DROP TABLE IF EXISTS resolved.wins",
            "DROP TABLE IF EXISTS resolved.named",
        ):
            self.run(statement)
        self.resolved("1")

    def resolved(self, mark: str) -> None:
        """Say that the tables were resolved anew."""
        self.run("DELETE FROM state.meta WHERE key = 'resolved'")
        self.run(f"INSERT INTO state.meta VALUES ('resolved', '{mark}')")

    def run(self, statement: str) -> None:
        """Change something in the warehouse."""
        with self.warehouse.transaction() as connection:
            connection.execute(statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The answer of the warehouse."""
        with self.warehouse.cursor() as cursor:
            return cursor.execute(statement).fetchall()

    def around(
        self,
        *derivations: Derivation,
        settings: PluginSettings | None = None,
        models: dict[str, Callable[..., Any]] | None = None,
    ) -> Surroundings:
        """What a project with these derivations tells them."""
        return Surroundings(
            derivations=MappingProxyType({each.name: each for each in derivations}),
            settings={settings.section: settings} if settings else {},
            models={"wins": models or {}},
            plugins=("acme 1.0",),
            zone=ZoneInfo("Europe/Berlin"),
            currency="EUR",
        )

    def derive(self, around: Surroundings, as_of: datetime = AS_OF) -> DeriveReport:
        """Run them."""
        return derive(self.warehouse, around, as_of)


class Named(Resolved):
    """A row of nothing but a name."""

    entity: ClassVar[str] = "named"
    singular: ClassVar[str] = "name"

    name: Id = ""
