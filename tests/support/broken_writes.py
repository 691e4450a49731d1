"""Connectors to the small CRM that write into it wrongly, each in one way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from kpiloop import (
    Change,
    CredentialError,
    Current,
    Definition,
    Outcome,
    Status,
    UnavailableError,
    Writer,
)
from support.small_crm import ROWS, Row, SmallConnector, SmallWriter


def connecting(kind: type[SmallWriter]) -> type[SmallConnector]:
    """The connector with this writer."""

    class Connecting(SmallConnector):
        """The connector with a writer of a test's own."""

        def writer(self) -> Writer:
            return kind(self.api)

    return Connecting


class MakesRecords(SmallWriter):
    """It calls what makes a record that is not there."""

    path: ClassVar = "/contacts/upsert"


class ConfirmsUnsent(SmallWriter):
    """It confirms what it never sends."""

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """All is well."""
        for each in changes:
            yield self.outcome(each.id, Status.CONFIRMED)


class JudgesBatches(SmallWriter):
    """One bad row is the fate of its whole batch."""

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The same for all."""
        outcomes = list(super().write_batch(changes))
        worst = next((each for each in outcomes if each.status is not Status.CONFIRMED), None)
        for each in outcomes:
            yield replace(worst, id=each.id) if worst else each


class TakesSilenceForNo(SmallWriter):
    """An answer that was lost is a refusal."""

    silence: ClassVar = Status.REJECTED


class TakesSilenceForYes(SmallWriter):
    """An answer that was lost is a confirmation."""

    silence: ClassVar = Status.CONFIRMED


class BlamesRows(SmallWriter):
    """A key that is not accepted is the fate of each row."""

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Rejected."""
        try:
            yield from super().write_batch(changes)
        except CredentialError as error:
            for each in changes:
                yield self.outcome(each.id, Status.REJECTED, error.what)


class ForgetsRows(SmallWriter):
    """What the vendor refuses has no outcome."""

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The good news alone."""
        for each in super().write_batch(changes):
            if each.status is Status.CONFIRMED:
                yield each


class ReadsText(SmallWriter):
    """Numbers are read back as text."""

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """As the vendor spells them."""
        for each in super().current(entity, ids, definitions):
            told = {
                name: None if value is None else str(value) for name, value in each.values.items()
            }
            yield Current(id=each.id, values=told)


class ReadsEmptyTexts(SmallWriter):
    """No value is an empty text."""

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """As many vendors spell it."""
        for each in super().current(entity, ids, definitions):
            told = {name: "" if value is None else value for name, value in each.values.items()}
            yield Current(id=each.id, values=told)


class SendsNoNone(SmallWriter):
    """It leaves out what is to be cleared."""

    def sent(self, changes: Sequence[Change]) -> list[Row]:
        """Values alone."""
        kept = [
            replace(each, values={k: v for k, v in each.values.items() if v is not None})
            for each in changes
        ]
        return super().sent(kept)


class MakesRecordsUp(SmallWriter):
    """What it does not find is empty."""

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """One for each id that was asked for."""
        found = {each.id: each for each in super().current(entity, ids, definitions)}
        for key in ids:
            yield found.get(key, Current(id=key))


class MakesFieldsTwice(SmallWriter):
    """A field that is there is an error."""

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Rejected, where it is there."""
        known = self.capacity("contacts").fields
        made = super().define([each for each in definitions if each.field not in known])
        refused = [each.field for each in definitions if each.field in known]
        return [*made, *(self.outcome(name, Status.REJECTED, "it exists") for name in refused)]


class LeavesFields(SmallWriter):
    """It confirms that fields are gone, and leaves them."""

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Nothing happens."""
        return [self.outcome(each.field, Status.CONFIRMED) for each in definitions]


class WritesMore(SmallWriter):
    """It sends fields that nobody asked for."""

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The address goes with the number."""
        return super().write_batch(
            [replace(each, values={**each.values, "email": None}) for each in changes]
        )


class AsksOnce(SmallWriter):
    """It writes in one call whatever there is, and hides that the answer was lost."""

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The answer's rows, if there is an answer."""
        try:
            found = self.api.post(self.path, self.sent(changes), repeatable=False).parse(ROWS)
        except UnavailableError:
            return
        for row in found["results"]:
            yield self.outcome(row["id"], Status.CONFIRMED)
