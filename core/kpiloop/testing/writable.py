"""Records of an account that values can be written into, found by pulling it."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from kpiloop.connector.writing import Change, Definition, Outcome, Status, Value, Writer
from kpiloop.schema.fields import Kind
from kpiloop.testing.explaining import expect, not_tested, some
from kpiloop.testing.pulled_copy import PulledCopy
from kpiloop.testing.vendor_account import VendorAccount

ENTITIES = ("contacts", "companies", "deals", "campaigns")
"""What KPIs are written into."""

NUMBER = Definition(
    entity="",
    field="kpiloop_contract_days",
    title="Contract test: days",
    kind=Kind.NUMBER,
    description="Made by a test, which removes it again.",
    decimals=2,
)
BAND = replace(
    NUMBER,
    field="kpiloop_contract_band",
    title="Contract test: band",
    kind=Kind.TEXT,
    choices=("high", "middle", "low"),
    decimals=0,
)
_FEWEST = 3
_MOST = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Writable:
    """Records of one entity, with the writer and two fields of theirs."""

    writer: Writer
    entity: str
    ids: Sequence[str]
    """At least three; of a large account not all."""
    unknown: str
    """An id that no record has."""
    shares_fields: bool = False
    """Whether another entity's fields stand in the same table of the vendor's."""

    @property
    def number(self) -> Definition:
        """A field that holds a number with two decimals."""
        return self._own(NUMBER)

    @property
    def band(self) -> Definition:
        """A field that holds one of three texts."""
        return self._own(BAND)

    @property
    def definitions(self) -> Sequence[Definition]:
        """Both fields."""
        return (self.number, self.band)

    def _own(self, definition: Definition) -> Definition:
        of = f"_of_{self.entity}" if self.shares_fields else ""
        return replace(definition, entity=self.entity, field=definition.field + of)

    def define(self) -> None:
        """Make both fields, which must be possible."""
        refused = [each for each in self.writer.define(self.definitions) if not _is_done(each)]
        expect(
            not refused,
            f"the fields could not be made: {some(each.reason for each in refused)}",
            where=self.entity,
            todo="give the test's key the right to make custom fields; define() confirms a field "
            "that is there already",
        )

    def numbers(self, values: Mapping[str, Value]) -> list[Change]:
        """A change of the number for each record."""
        return [
            Change(entity=self.entity, id=key, values={self.number.field: value})
            for key, value in values.items()
        ]

    def write(self, changes: Sequence[Change]) -> Mapping[str, Outcome]:
        """Send changes; the outcome of each, by the record's id."""
        outcomes = list(self.writer.write(changes, self.definitions))
        told = [each.id for each in outcomes]
        asked = [each.id for each in changes]
        expect(
            sorted(told) == sorted(asked),
            "write() must give exactly one outcome for each change; without one: "
            f"{some(set(asked) - set(told)) or 'none'}; too many or not asked for: "
            f"{some(_surplus(told, asked)) or 'none'}",
            where=self.entity,
            todo="yield an Outcome with the change's own id for each change of a batch, also where "
            "the vendor's answer does not mention it",
        )
        return {each.id: each for each in outcomes}

    def put(self, values: Mapping[str, Value]) -> None:
        """Write a number into each record, all of which must be confirmed."""
        self.expect_confirmed(self.write(self.numbers(values)))

    def expect_confirmed(self, outcomes: Mapping[str, Outcome]) -> None:
        """All of these records were written."""
        refused = [
            f"{key} {each.status}: {each.reason}"
            for key, each in outcomes.items()
            if not _is_done(each)
        ]
        expect(
            not refused,
            f"changes of records that exist were not confirmed: {some(refused)}",
            where=self.entity,
            todo="judge each row by what the vendor says of that row, and send what one bad row "
            "has held up once more without it",
        )

    def held(self, *ids: str, definition: Definition | None = None) -> Mapping[str, Value]:
        """What the records hold in a field, read back from the vendor."""
        wanted = definition or self.number
        found = self.writer.current(self.entity, ids, [wanted])
        return {each.id: each.values.get(wanted.field) for each in found}

    def expect_held(self, values: Mapping[str, Value], *, definition: Definition) -> None:
        """The records hold these values."""
        held = self.held(*values, definition=definition)
        wrong = [
            f"{key} holds {held.get(key, 'nothing at all')!r} in place of {value!r}"
            for key, value in values.items()
            if key not in held or held[key] != value or type(held[key]) is not type(value)
        ]
        expect(
            not wrong,
            f"what was confirmed is not what is read back: {some(wrong)}",
            where=f"{self.entity}.{definition.field}",
            todo="confirm a change only by the vendor's answer for that row; let current() read "
            "the record itself, not an index, and give each value the type of its kind",
        )


@contextmanager
def writable(
    account: VendorAccount, folder: Path, base_url: str = ""
) -> Generator[Sequence[Writable]]:
    """The entities of an account that can be written into; their test fields go at the end.

    Skips where the connector only reads.
    """
    with closing(account.make_connector(account.base_url)) as plain:
        if plain.writer() is None:
            not_tested("writing", todo="the connector has no writer, and is only read")
    with PulledCopy.of(account, folder / "writable") as copy:
        copy.pull_green()
        known = [*copy.rows()]
    ids = {name: [key for entity, key in known if entity == name] for name in ENTITIES}
    with closing(account.make_connector(base_url or account.base_url)) as connector:
        writer = connector.writer()
        assert writer is not None
        found = [
            Writable(
                writer=writer,
                entity=entity,
                ids=its[:_MOST],
                unknown=account.unknown_id(entity, its),
                shares_fields=entity in connector.field_places,
            )
            for entity, its in ids.items()
            if len(its) >= _FEWEST and writer.capacity(entity).may_write
        ]
        _expect_some(found, writer)
        try:
            yield found
        finally:
            writer.retire([each for place in found for each in place.definitions])


def _expect_some(found: Sequence[Writable], writer: Writer) -> None:
    reasons = {entity: writer.capacity(entity).reason for entity in ENTITIES} if not found else {}
    expect(
        found,
        f"nothing can be written: capacity() says {reasons}",
        todo=f"let the account hold {_FEWEST} records of one of {', '.join(ENTITIES)}, the key "
        "have the right to change them, and capacity() say so",
    )


def _is_done(outcome: Outcome) -> bool:
    return outcome.status is Status.CONFIRMED


def _surplus(told: Sequence[str], asked: Sequence[str]) -> list[str]:
    rest = list(told)
    for each in asked:
        if each in rest:
            rest.remove(each)
    return rest


def steps(ids: Sequence[str]) -> dict[str, Value]:
    """A different number for each record, with decimals, and a negative one."""
    return {key: Decimal(place) / 4 - 1 for place, key in enumerate(ids)}
