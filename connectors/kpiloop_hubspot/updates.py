"""Changes on their way into records: in batches, each row judged by itself."""

import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue

from kpiloop import (
    Change,
    Definition,
    Kind,
    KpiloopError,
    Outcome,
    RefusedError,
    ScopeError,
    Status,
    UnavailableError,
    UntrustedAnswerError,
)
from kpiloop.web_api import Api
from kpiloop_hubspot.answers import OBJECTS_IN_BATCH, ObjectRow, Objects, RowError
from kpiloop_hubspot.paths import OBJECTS
from kpiloop_hubspot.values import read_back, spelled

_PASSING = frozenset({"CONFLICT", "INTERNAL_ERROR", "LOCKED", "RATE_LIMITS", "TIMEOUT"})
"""Categories of errors that may be gone at the next try."""

_NO_PROPERTY = re.compile(r'Property \\?"([^"\\]+)\\?" does not exist')
"""HubSpot's words for a property that it does not know: they blame the field, not the row."""

_ALL = ""
_ROW_KEYS = ("ids", "objectWriteTraceId")
_UNSAID = "HubSpot did not say what became of the change"


class Updates:
    """One writing of many changes; the first error that stops it is told for all that follow."""

    def __init__(self, api: Api, definitions: Sequence[Definition]) -> None:
        self._api = api
        self._kinds = {(each.entity, each.field): each.kind for each in definitions}
        self._stopped: dict[str, str] = {}

    def outcomes(self, changes: Iterable[Change], size: int) -> Iterator[Outcome]:
        """An outcome for each change. A record that changes twice is sent in two batches."""
        waiting: dict[str, dict[str, Change]] = {}
        for change in changes:
            batch = waiting.setdefault(change.entity, {})
            if change.id in batch or len(batch) == size:
                yield from self._sent(change.entity, [*batch.values()])
                batch.clear()
            batch[change.id] = change
        for entity, batch in waiting.items():
            yield from self._sent(entity, [*batch.values()])

    def _sent(self, entity: str, batch: Sequence[Change]) -> Iterator[Outcome]:
        """The outcomes of a batch, unless an earlier one has shown that none can get through.

        Raises:
            CredentialError: The key is not accepted any more: no row was judged.
            QuotaError: The day's calls are used up: likewise.
        """
        if reason := self._stopped.get(_ALL) or self._stopped.get(entity):
            yield from _all(batch, Status.REJECTED, f"not sent: {reason}")
            return
        inputs: list[JsonValue] = [_row(change) for change in batch]
        try:
            answer = self._api.post(OBJECTS.at(entity, "batch", "update"), {"inputs": inputs})
            judged = answer.parse(OBJECTS_IN_BATCH)
        except RefusedError as error:
            yield from self._refused(entity, batch, error.what)
        except ScopeError as error:
            yield from self._stop(entity, batch, Status.REJECTED, error)
        except UnavailableError as error:
            yield from self._stop(_ALL, batch, Status.UNKNOWN, error)
        except UntrustedAnswerError as error:
            yield from _all(batch, Status.UNKNOWN, error.what)
        else:
            yield from self._judged(batch, judged)

    def _stop(
        self, scope: str, batch: Sequence[Change], status: Status, error: KpiloopError
    ) -> Iterator[Outcome]:
        """Nothing more can be sent, to this entity or at all."""
        reason = " ".join(part for part in (error.what, error.todo) if part)
        self._stopped[scope] = reason
        yield from _all(batch, status, reason)

    def _refused(self, entity: str, batch: Sequence[Change], reason: str) -> Iterator[Outcome]:
        """One row can have a whole batch refused: look for it, so that the others get through.

        Where HubSpot names a property that it does not know, all rows with it are to blame;
        otherwise the batch is halved until a bad row is alone.
        """
        unknown = {*_NO_PROPERTY.findall(reason)}
        blamed = [change for change in batch if unknown & change.values.keys()]
        if len(batch) == 1 or len(blamed) == len(batch):
            yield from (_outcome(change, Status.REJECTED, reason) for change in batch)
        elif blamed:
            yield from (_outcome(change, Status.REJECTED, reason) for change in blamed)
            rest = [change for change in batch if not unknown & change.values.keys()]
            yield from self._sent(entity, rest)
        else:
            middle = len(batch) // 2
            yield from self._sent(entity, batch[:middle])
            yield from self._sent(entity, batch[middle:])

    def _judged(self, batch: Sequence[Change], answer: Objects) -> Iterator[Outcome]:
        """Each row by itself: what HubSpot says of it, or that it says nothing."""
        written = {row.id: row for row in answer.results}
        errors = {key: error for error in answer.errors for key in error.named(*_ROW_KEYS)}
        unsaid = next((str(each) for each in answer.errors if not [*each.named(*_ROW_KEYS)]), "")
        for change in batch:
            if error := errors.get(change.id):
                yield _failed(change, error)
            elif row := written.get(change.id):
                yield self._echoed(change, row)
            else:
                yield _outcome(change, Status.UNKNOWN, unsaid or _UNSAID)

    def _echoed(self, change: Change, row: ObjectRow) -> Outcome:
        """Confirmed, if HubSpot does not answer with another value than the one that was sent."""
        for name, value in change.values.items():
            kind = self._kinds.get((change.entity, name), Kind.TEXT)
            sent = read_back(spelled(value), kind)
            if name in row.properties and read_back(row.properties[name], kind) != sent:
                return _outcome(change, Status.UNKNOWN, f"HubSpot holds another value in {name}")
        return _outcome(change, Status.CONFIRMED)


def _row(change: Change) -> JsonValue:
    return {
        "id": change.id,
        "objectWriteTraceId": change.id,
        "properties": {name: spelled(value) for name, value in change.values.items()},
    }


def _failed(change: Change, error: RowError) -> Outcome:
    return _outcome(change, Status.REJECTED, str(error), is_final=error.category not in _PASSING)


def _all(batch: Sequence[Change], status: Status, reason: str) -> Iterator[Outcome]:
    """The same for every change of a batch that may get through another time."""
    return (_outcome(change, status, reason, is_final=False) for change in batch)


def _outcome(change: Change, status: Status, reason: str = "", *, is_final: bool = True) -> Outcome:
    return Outcome(
        entity=change.entity, id=change.id, status=status, reason=reason, is_final=is_final
    )
