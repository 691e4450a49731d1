"""When deals were passed to sales."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from kpiloop.engine.resolve.rules import Rules
from oracle.joining import plain
from oracle.people import matches
from oracle.records import Records, Row

Place: TypeAlias = tuple[str, str | None, str | None]
"""System, pipeline and stage."""


class Passing:
    """The stages in which deals are with sales, and when each deal entered them."""

    def __init__(self, records: Records, rules: Rules) -> None:
        self.rules = rules
        self.stages = set(_passing(records["pipeline_stages"], rules))
        self.entries: dict[tuple[str, str], list[Row]] = {}
        for change in records["stage_changes"]:
            if change["of_entity"] == "deals" and change["deleted_at"] is None:
                key = change["source"], change["parent_id"]
                self.entries.setdefault(key, []).append(change)

    def passed_at(self, deal: Row, won_at: Any) -> Any:
        """When a deal was passed to sales, if it was."""
        if not self.rules.passed_from:
            return deal["created_at"]
        place = deal["source"], deal["pipeline_id"]
        moments = [
            change["entered_at"]
            for change in self.entries.get((deal["source"], deal["id"]), ())
            if (*place, change["stage"]) in self.stages
        ]
        told = [moment for moment in (*moments, won_at) if moment is not None]
        is_there = (*place, deal["stage"]) in self.stages
        return min(told, default=deal["created_at"] if is_there else None)


def _passing(rows: Iterable[Row], rules: Rules) -> Iterator[Place]:
    """The named stages, and those behind them that are not lost."""
    pipelines: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["deleted_at"] is None and row["pipeline_id"] is not None:
            pipelines.setdefault((row["source"], row["pipeline_id"]), []).append(row)
    for place, stages in pipelines.items():
        named = [stage for stage in stages if _is_named(stage, rules)]
        known = [stage["position"] for stage in named if stage["position"] is not None]
        for stage in stages:
            is_lost = stage["is_closed"] and not stage["is_won"]
            is_behind = known and stage["position"] is not None and stage["position"] >= min(known)
            if stage in named or (is_behind and not is_lost):
                yield *place, stage["stage"]


def _is_named(stage: Row, rules: Rules) -> bool:
    names = (plain(stage["stage"]), plain(stage["name"]))
    return any(matches(name, rules.passed_from) for name in names)
