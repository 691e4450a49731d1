"""Plans and their journal: each value to write, and what became of it."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence

from kpiloop.clock import Clock
from kpiloop.ledger.plan import (
    FieldCount,
    Heir,
    Plan,
    PlanField,
    PlanRow,
    PlanStatus,
    RowOutcome,
    Wish,
)
from kpiloop.ledger.store import Ledger, Row, to_json, to_moment, to_text

_ROW = "target, entity, record_id, field, old_value, new_value, found_value, outcome, reason"


class Plans:
    """The plans of a ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def make(
        self,
        *,
        set_id: int,
        definitions: str,
        fields: Sequence[PlanField],
        wishes: Iterable[Wish],
        heirs: Iterable[Heir] = (),
    ) -> Plan:
        """Save a plan of the wishes that differ from what was confirmed last.

        Wishes stream: any number of them in little memory. `heirs` are records that came out of a
        merge, in which values may stand that were written before it.
        """
        now = self._clock.now()
        plan_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        with self._ledger.transaction():
            self._ledger.write(
                "INSERT INTO plans VALUES (?, ?, ?, ?, ?, NULL)",
                (plan_id, to_text(now), set_id, definitions, PlanStatus.PLANNED),
            )
            self._ledger.write_many(
                "INSERT INTO plan_fields (plan_id, target, entity, field, kpi, definition, "
                "is_automatic, max_changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [_field_row(plan_id, each) for each in fields],
            )
            self._take(wishes)
            self._ledger.write(_CHANGED, {"plan_id": plan_id})
            self._ledger.write_many(_HEIR, ((plan_id, *each) for each in heirs))
            for each in fields:
                if each.clears:
                    place = {"target": each.target, "entity": each.entity, "field": each.field}
                    self._ledger.write(_GONE, {"plan_id": plan_id, **place})
        plan = self.get(plan_id)
        assert plan is not None
        return plan

    def _take(self, wishes: Iterable[Wish]) -> None:
        self._ledger.write(
            "CREATE TEMP TABLE IF NOT EXISTS wishes (target TEXT, entity TEXT, record_id TEXT, "
            "field TEXT, value TEXT, PRIMARY KEY (target, entity, record_id, field)) WITHOUT ROWID"
        )
        self._ledger.write("DELETE FROM wishes")
        self._ledger.write_many(
            "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?, ?)", iter(wishes)
        )

    def get(self, plan_id: str) -> Plan | None:
        """One plan."""
        return _plan(self._ledger.row("SELECT * FROM plans WHERE id = ?", (plan_id,)))

    def latest(self) -> Plan | None:
        """The newest plan."""
        return _plan(
            self._ledger.row("SELECT * FROM plans ORDER BY created_at DESC, id DESC LIMIT 1")
        )

    def fields(self, plan_id: str) -> Sequence[PlanField]:
        """The fields of a plan."""
        rows = self._ledger.rows(
            "SELECT target, entity, field, kpi, definition, is_automatic, max_changes "
            "FROM plan_fields WHERE plan_id = ? ORDER BY target, entity, field",
            (plan_id,),
        )
        return [_field(row) for row in rows]

    def counts(self, plan_id: str) -> Sequence[FieldCount]:
        """Rows by field and outcome."""
        rows = self._ledger.rows(
            "SELECT f.target, f.entity, f.field, f.kpi, r.outcome, count(r.record_id) "
            "FROM plan_fields AS f LEFT JOIN plan_rows AS r USING (plan_id, target, entity, field) "
            "WHERE f.plan_id = ? GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3",
            (plan_id,),
        )
        found: dict[tuple[str, str, str, str], dict[RowOutcome, int]] = {}
        for target, entity, field, kpi, outcome, count in rows:
            counts = found.setdefault((str(target), str(entity), str(field), str(kpi)), {})
            if outcome is not None:
                counts[RowOutcome(str(outcome))] = int(str(count))
        return [
            FieldCount(target=key[0], entity=key[1], field=key[2], kpi=key[3], counts=counts)
            for key, counts in found.items()
        ]

    def count_records(self, plan_id: str, target: str, entity: str) -> int:
        """How many records of an entity a plan has still to write."""
        row = self._ledger.row(
            "SELECT count(DISTINCT record_id) FROM plan_rows WHERE plan_id = ? AND target = ? "
            "AND entity = ? AND outcome IN ('planned', 'sending')",
            (plan_id, target, entity),
        )
        return int(str(row[0])) if row else 0

    def rows(
        self,
        plan_id: str,
        *,
        field: tuple[str, str, str] | None = None,
        outcomes: Sequence[RowOutcome] = (),
        limit: int = -1,
    ) -> Sequence[PlanRow]:
        """Rows of a plan, of one (target, entity, field) and of some outcomes where asked."""
        clauses, parameters = ["plan_id = ?"], [plan_id]
        if field:
            clauses.append("target = ? AND entity = ? AND field = ?")
            parameters += field
        if outcomes:
            clauses.append(f"outcome IN ({', '.join('?' * len(outcomes))})")
            parameters += [outcome.value for outcome in outcomes]
        statement = (
            f"SELECT {_ROW} FROM plan_rows WHERE {' AND '.join(clauses)} "
            f"ORDER BY target, entity, record_id, field LIMIT {int(limit)}"
        )
        return [_plan_row(row) for row in self._ledger.rows(statement, parameters)]

    def open_records(
        self, plan_id: str, target: str, entity: str, size: int
    ) -> Iterator[Sequence[PlanRow]]:
        """The rows that are not settled, whole records together, so many records at a time."""
        after = ""
        while True:
            rows = [
                _plan_row(row)
                for row in self._ledger.rows(
                    f"SELECT {_ROW} FROM plan_rows WHERE plan_id = ? AND target = ? "
                    "AND entity = ? AND outcome IN ('planned', 'sending') AND record_id IN ("
                    "SELECT DISTINCT record_id FROM plan_rows WHERE plan_id = ? AND target = ? "
                    "AND entity = ? AND record_id > ? AND outcome IN ('planned', 'sending') "
                    "ORDER BY record_id LIMIT ?) ORDER BY record_id",
                    (plan_id, target, entity, plan_id, target, entity, after, size),
                )
            ]
            if not rows:
                return
            after = rows[-1].record_id
            yield rows

    def inherited(self, plan_id: str, target: str, entity: str) -> set[tuple[str, str, str]]:
        """Record, field and value: what was once written into a record that became part of it."""
        rows = self._ledger.rows(_INHERITED, (plan_id, target, entity))
        return {(str(record), str(field), str(value)) for record, field, value in rows}

    def begin(self, plan_id: str, rows: Iterable[PlanRow]) -> None:
        """Book, before anything is sent, what is about to be sent and what was found there."""
        self._ledger.write_many(
            "UPDATE plan_rows SET outcome = 'sending', found_value = ? WHERE plan_id = ? "
            "AND target = ? AND entity = ? AND record_id = ? AND field = ?",
            [(row.found_value, plan_id, *_key(row)) for row in rows],
        )

    def settle(self, plan_id: str, rows: Sequence[PlanRow]) -> None:
        """Book outcomes, and with them the values that are confirmed now, in one transaction."""
        now = to_text(self._clock.now())
        confirmed = [row for row in rows if row.outcome is RowOutcome.CONFIRMED]
        with self._ledger.transaction():
            self._ledger.write_many(
                "UPDATE plan_rows SET outcome = ?, reason = ?, found_value = ?, settled_at = ? "
                "WHERE plan_id = ? AND target = ? AND entity = ? AND record_id = ? AND field = ?",
                [
                    (row.outcome.value, row.reason, row.found_value, now, plan_id, *_key(row))
                    for row in rows
                ],
            )
            self._ledger.write_many(
                "INSERT OR REPLACE INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*_key(row), row.new_value, plan_id, now) for row in confirmed],
            )

    def reject_field(self, plan_id: str, field: PlanField, reason: str) -> int:
        """Reject every open row of a field that could not be defined; how many there were."""
        with self._ledger.transaction():
            self._ledger.write(
                "UPDATE plan_fields SET outcome = 'rejected', reason = ? WHERE plan_id = ? "
                "AND target = ? AND entity = ? AND field = ?",
                (reason, plan_id, field.target, field.entity, field.field),
            )
            return self._ledger.write(
                "UPDATE plan_rows SET outcome = 'rejected', reason = ?, settled_at = ? "
                "WHERE plan_id = ? AND target = ? AND entity = ? AND field = ? "
                "AND outcome IN ('planned', 'sending')",
                (
                    reason,
                    to_text(self._clock.now()),
                    plan_id,
                    field.target,
                    field.entity,
                    field.field,
                ),
            )

    def mark(self, plan_id: str, status: PlanStatus) -> None:
        """Book how far a plan is."""
        applied = to_text(self._clock.now()) if status is PlanStatus.APPLIED else None
        self._ledger.write(
            "UPDATE plans SET status = ?, applied_at = ? WHERE id = ?", (status, applied, plan_id)
        )


_CHANGED = """
INSERT INTO plan_rows (plan_id, target, entity, record_id, field, old_value, new_value)
SELECT :plan_id, w.target, w.entity, w.record_id, w.field, f.value, w.value
FROM wishes AS w
LEFT JOIN fingerprints AS f ON f.target = w.target AND f.entity = w.entity
    AND f.record_id = w.record_id AND f.field = w.field
WHERE w.value IS NOT f.value
"""
_HEIR = """
INSERT OR IGNORE INTO plan_heirs
SELECT r.plan_id, r.target, r.entity, r.record_id, h.former_id
FROM (SELECT ? AS plan_id, ? AS target, ? AS entity, ? AS record_id, ? AS former_id) AS h
JOIN plan_rows AS r ON r.plan_id = h.plan_id AND r.target = h.target AND r.entity = h.entity
    AND r.record_id = h.record_id
WHERE r.old_value IS NULL
"""
_INHERITED = """
SELECT h.record_id, r.field, r.new_value
FROM plan_heirs AS h CROSS JOIN plans AS p CROSS JOIN plan_rows AS r
    ON r.plan_id = p.id AND r.target = h.target AND r.entity = h.entity
    AND r.record_id = h.former_id
WHERE h.plan_id = ? AND h.target = ? AND h.entity = ?
    AND r.outcome = 'confirmed' AND r.new_value IS NOT NULL
"""
"""Plan by plan, as the journal's key begins with the plan."""
_GONE = """
INSERT INTO plan_rows (plan_id, target, entity, record_id, field, old_value, new_value)
SELECT :plan_id, f.target, f.entity, f.record_id, f.field, f.value, NULL
FROM fingerprints AS f
WHERE f.target = :target AND f.entity = :entity AND f.field = :field AND f.value IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM wishes AS w WHERE w.target = f.target AND w.entity = f.entity
            AND w.record_id = f.record_id AND w.field = f.field
    )
"""


def _key(row: PlanRow) -> tuple[str, str, str, str]:
    return row.target, row.entity, row.record_id, row.field


def _field_row(plan_id: str, field: PlanField) -> tuple[object, ...]:
    return (
        plan_id,
        field.target,
        field.entity,
        field.field,
        field.kpi,
        to_json(dict(field.definition)),
        int(field.is_automatic),
        field.max_changes,
    )


def _field(row: Row) -> PlanField:
    target, entity, field, kpi, definition, is_automatic, max_changes = row
    return PlanField(
        target=str(target),
        entity=str(entity),
        field=str(field),
        kpi=str(kpi),
        definition=json.loads(str(definition)),
        is_automatic=bool(is_automatic),
        max_changes=None if max_changes is None else int(str(max_changes)),
    )


def _plan(row: Row | None) -> Plan | None:
    if row is None:
        return None
    plan_id, created_at, set_id, definitions, status, applied_at = row
    return Plan(
        id=str(plan_id),
        created_at=to_moment(created_at),
        set_id=int(str(set_id)),
        definitions=str(definitions),
        status=PlanStatus(str(status)),
        applied_at=to_moment(applied_at) if applied_at else None,
    )


def _plan_row(row: Row) -> PlanRow:
    target, entity, record_id, field, old, new, found, outcome, reason = row
    return PlanRow(
        target=str(target),
        entity=str(entity),
        record_id=str(record_id),
        field=str(field),
        old_value=None if old is None else str(old),
        new_value=None if new is None else str(new),
        found_value=None if found is None else str(found),
        outcome=RowOutcome(str(outcome)),
        reason=str(reason),
    )
