"""Writes records: what is checked, what follows from it, and what time it gets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.errors import ApiError, deleted_record, unknown_column
from kpiloop_sandbox.salesforce.ids import is_id, long_id, record_id
from kpiloop_sandbox.salesforce.soql.compile import Objects
from kpiloop_sandbox.salesforce.store import Row, Store, Value
from kpiloop_sandbox.salesforce.tracking import Tracker
from kpiloop_sandbox.salesforce.values import from_json

USER = "005ak0000000001AAA"
"""As whom every client of the sandbox writes."""
_MADE_HERE = 800_000_000
_ADVICE = (
    "Please check the security settings of this field and verify that it is read/write for your"
    " profile or permission set."
)
_DEFAULTS: Mapping[str, Mapping[str, Value]] = {
    "Lead": {"Status": "Open - Not Contacted", "OwnerId": USER},
    "Contact": {"OwnerId": USER},
    "Account": {"OwnerId": USER},
    "Opportunity": {"OwnerId": USER},
    "Campaign": {"Status": "Planned", "OwnerId": USER},
    "Task": {"Status": "Not Started", "Priority": "Normal", "OwnerId": USER},
}
_HANGING: Mapping[str, Mapping[str, str]] = {
    "Lead": {"LeadHistory": "LeadId"},
    "Opportunity": {
        "OpportunityHistory": "OpportunityId",
        "OpportunityFieldHistory": "OpportunityId",
    },
}
"""What is deleted and restored with a record, by object, with the field that names the record."""
Given = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Writes as one user at one second, into what the user sees.

    `stamp` is the SystemModstamp that a write gets: earlier than `now` where the transaction
    began earlier than it was committed.
    """

    store: Store
    objects: Objects
    now: int
    stamp: int

    def create(self, entity: SObject, given: Given) -> str:
        """A new record; returns its id.

        Raises:
            ApiError: a field is not there, not writable, missing or not of its type.
        """
        values = self._values(entity, given)
        missing = [f.name for f in entity.fields if f.required and values.get(f.name) is None]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise ApiError(400, "REQUIRED_FIELD_MISSING", message, missing)
        key = record_id(entity.prefix, _MADE_HERE + self.store.last_number(entity) + 1)
        row = {**_DEFAULTS.get(entity.name, {}), **values, "Id": key}
        row |= {"CreatedDate": self.now, "CreatedById": USER, **self._stamps()}
        row |= self._tracker.follow(entity, {}, row)
        self.store.load(entity.name, [row])
        self._tracker.note(entity, {}, row)
        return key

    def update(self, entity: SObject, key: str, given: Given) -> None:
        """Change a record; what is not named stays.

        Raises:
            ApiError: there is no such record, or a value is not legal.
        """
        old = self.record(entity, key)
        values = self._values(entity, given)
        blanked = [n for n, v in values.items() if v is None and _field(entity, n).required]
        if blanked:
            message = f"Required fields are missing: [{', '.join(blanked)}]"
            raise ApiError(400, "REQUIRED_FIELD_MISSING", message, blanked)
        changed = {**values, **self._tracker.follow(entity, old, values), **self._stamps()}
        self.store.set(entity, str(old["Id"]), changed)
        self._tracker.note(entity, old, {**old, **changed})

    def delete(self, entity: SObject, key: str) -> None:
        """Move a record to the recycle bin."""
        old = self.record(entity, key)
        self.store.set(entity, str(old["Id"]), {"IsDeleted": 1, **self._stamps()})
        self._take_along(entity, old, {"IsDeleted": 1})

    def undelete(self, entity: SObject, key: str) -> None:
        """Take a record out of the recycle bin; one that was merged is again one of its own."""
        old = self._found(entity, key)
        alone: Row = {name: None for name in ("MasterRecordId",) if name in old}
        self.store.set(entity, long_id(key), {"IsDeleted": 0, **alone, **self._stamps()})
        self._take_along(entity, old, {"IsDeleted": 0})

    def purge(self, entity: SObject, key: str) -> None:
        """Delete a record for good; only the log of deletions still tells of it."""
        old = self._found(entity, key)
        at = int(old["SystemModstamp"] or 0) if old.get("IsDeleted") else self.now
        self._take_along(entity, old, {"IsDeleted": 1})
        self.store.remove(entity, str(old["Id"]), logged_at=at)

    def merge(self, entity: SObject, master: str, losers: Iterable[str]) -> None:
        """Delete records in favour of one, whose id they name from now on."""
        kept = str(self.record(entity, master)["Id"])
        for loser in losers:
            gone = str(self.record(entity, loser)["Id"])
            values = {"IsDeleted": 1, "MasterRecordId": kept, **self._stamps()}
            self.store.set(entity, gone, values)
        self.store.set(entity, kept, self._stamps())

    def record(self, entity: SObject, key: str) -> dict[str, Value]:
        """A record that is not deleted, by id.

        Raises:
            ApiError: there is none, or it is in the recycle bin.
        """
        found = self._found(entity, key)
        if found.get("IsDeleted"):
            raise deleted_record()
        return found

    def _take_along(self, entity: SObject, parent: Mapping[str, Value], values: Row) -> None:
        """Delete what hangs on a record with it, or restore that; history keeps its times."""
        for name, field in _HANGING.get(entity.name, {}).items():
            self.store.set_all(self.objects[name.lower()], field, parent["Id"], values)

    def _found(self, entity: SObject, key: str) -> dict[str, Value]:
        if not is_id(key):
            raise ApiError(400, "MALFORMED_ID", f"malformed id {key}")
        found = self.store.find(entity, "Id", long_id(key))
        if found is None:
            raise ApiError(404, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        return found

    def _values(self, entity: SObject, given: Given) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, value in given.items():
            field = _field(entity, name)
            if not field.writable:
                message = f"Unable to create/update fields: {field.name}. {_ADVICE}"
                raise ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, [field.name])
            values[field.name] = from_json(field, value)
            self._require_parent(field, values[field.name])
        return values

    def _require_parent(self, field: Field, value: Value) -> None:
        if field.kind is not Kind.REFERENCE or value is None:
            return
        parents = (self.objects[name.lower()] for name in field.references)
        if not any(self.store.find(parent, "Id", value) for parent in parents):
            message = "insufficient access rights on cross-reference id"
            raise ApiError(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", message)

    def _stamps(self) -> dict[str, Value]:
        return {
            "LastModifiedDate": self.stamp,
            "LastModifiedById": USER,
            "SystemModstamp": self.stamp,
        }

    @property
    def _tracker(self) -> Tracker:
        return Tracker(store=self.store, now=self.now, user=USER)


def _field(entity: SObject, name: str) -> Field:
    field = entity.by_name.get(name.lower())
    if field is None:
        raise unknown_column(name, entity.name)
    return field
