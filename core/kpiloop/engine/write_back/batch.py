"""One batch of records: read what is there, decide, journal, send, and judge every row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kpiloop.connector.writing import Change, Current, Definition, Outcome, Status, Writer
from kpiloop.engine.write_back.spelling import read, spell
from kpiloop.ledger.plan import PlanRow, RowOutcome
from kpiloop.ledger.plans import Plans

_LOST = "the vendor's answer was lost twice; the next run tries again"
_GONE = "the record is not there any more"
_CHANGED = "somebody else changed the value; it is left as it is"
_NO_ANSWER = "the vendor gave no answer for this record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Settles rows of some records of one entity."""

    plan: str
    plans: Plans
    writer: Writer
    definitions: Sequence[Definition]

    def settle(self, rows: Sequence[PlanRow]) -> int:
        """Give each row an outcome; how many there were.

        An answer that was lost is looked up in the record, and the row sent once more only where
        the record does not hold the value yet.
        """
        fields = {each.field for each in self.definitions}
        rows = [row for row in rows if row.field in fields]
        to_send = self._judge(rows)
        lost = self._send(to_send)
        if lost:
            still_lost = self._send(self._judge(lost))
            self._book(
                [replace(row, outcome=RowOutcome.REJECTED, reason=_LOST) for row in still_lost]
            )
        return len(rows)

    def _judge(self, rows: Sequence[PlanRow]) -> list[PlanRow]:
        """Settle what needs no sending; the rows that do, with what was found."""
        if not rows:
            return []
        found = self._found(rows)
        judged = self._inherited([_judged(row, found.get(row.record_id)) for row in rows])
        self._book([row for row in judged if row.outcome is not RowOutcome.SENDING])
        to_send = [row for row in judged if row.outcome is RowOutcome.SENDING]
        self.plans.begin(self.plan, to_send)
        return to_send

    def _inherited(self, rows: Sequence[PlanRow]) -> Sequence[PlanRow]:
        """The rows; a value that came with a merge is our own, not somebody else's."""
        strange = [each for each in rows if _may_be_inherited(each)]
        if not strange:
            return rows
        ours = self.plans.inherited(self.plan, strange[0].target, strange[0].entity)
        return [
            replace(row, outcome=RowOutcome.SENDING, reason="")
            if _may_be_inherited(row) and (row.record_id, row.field, row.found_value) in ours
            else row
            for row in rows
        ]

    def _found(self, rows: Sequence[PlanRow]) -> Mapping[str, Current]:
        ids = list(dict.fromkeys(row.record_id for row in rows))
        current = self.writer.current(rows[0].entity, ids, self.definitions)
        return {each.id: each for each in current}

    def _send(self, rows: Sequence[PlanRow]) -> list[PlanRow]:
        """Send rows and book their outcomes; those whose answer was lost."""
        if not rows:
            return []
        by_record: dict[str, list[PlanRow]] = {}
        for row in rows:
            by_record.setdefault(row.record_id, []).append(row)
        kinds = {each.field: each for each in self.definitions}
        changes = [
            Change(
                entity=group[0].entity,
                id=record_id,
                values={row.field: read(row.new_value, kinds[row.field]) for row in group},
            )
            for record_id, group in by_record.items()
        ]
        lost: list[PlanRow] = []
        settled: list[PlanRow] = []
        try:
            for outcome in self.writer.write(changes, self.definitions):
                group = by_record.pop(outcome.id, [])
                if outcome.status is Status.UNKNOWN:
                    lost += group
                else:
                    settled += [_settled(row, outcome) for row in group]
        finally:
            # What stops all writing leaves the other rows open: the next apply looks them up.
            self._book(settled)
        return [
            *lost,
            *(replace(row, reason=_NO_ANSWER) for group in by_record.values() for row in group),
        ]

    def _book(self, rows: Sequence[PlanRow]) -> None:
        if rows:
            self.plans.settle(self.plan, rows)


def _judged(row: PlanRow, found: Current | None) -> PlanRow:
    """What to do about a row, given what the vendor holds now.

    A value that was to be cleared went with its record: that is confirmed, and not planned again.
    """
    if found is None and row.new_value is None:
        return replace(row, outcome=RowOutcome.CONFIRMED, reason=_GONE)
    if found is None:
        return replace(row, outcome=RowOutcome.REJECTED, reason=_GONE)
    held = spell(found.values.get(row.field))
    row = replace(row, found_value=held if row.outcome is RowOutcome.PLANNED else row.found_value)
    if held == row.new_value:
        return replace(row, outcome=RowOutcome.CONFIRMED)
    if held == row.old_value:
        return replace(row, outcome=RowOutcome.SENDING)
    return replace(row, outcome=RowOutcome.CONFLICT, reason=_CHANGED, found_value=held)


def _may_be_inherited(row: PlanRow) -> bool:
    return row.outcome is RowOutcome.CONFLICT and row.old_value is None


def _settled(row: PlanRow, outcome: Outcome) -> PlanRow:
    if outcome.status is Status.CONFIRMED:
        return replace(row, outcome=RowOutcome.CONFIRMED, reason="")
    return replace(row, outcome=RowOutcome.REJECTED, reason=outcome.reason)
