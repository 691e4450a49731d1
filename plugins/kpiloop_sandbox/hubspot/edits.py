"""Changes to records as the API makes them: history kept, system properties kept up to date."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpiloop_sandbox.hubspot.derived import derived
from kpiloop_sandbox.hubspot.errors import bad_request, conflict, invalid_values, not_found
from kpiloop_sandbox.hubspot.kinds import CONTACTS, Kind
from kpiloop_sandbox.hubspot.records import MERGED_IDS, Record, Version
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.hubspot.times import iso
from kpiloop_sandbox.hubspot.validation import check

INTEGRATION = "INTEGRATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Writes to one object type at one moment; `source` is what the history will name."""

    store: Store
    kind: Kind
    now: int
    source: str = INTEGRATION

    def checked(self, values: Mapping[str, str | None]) -> dict[str, str]:
        """The values as HubSpot keeps them.

        Raises:
            ApiError: 400 naming every value that it does not take.
        """
        kept, problems = check(self.store.catalogue.live(self.kind.name), values)
        if problems:
            raise invalid_values(problems)
        return kept

    def create(self, values: Mapping[str, str]) -> Record:
        """Add a record with checked values.

        Raises:
            ApiError: 409 where a unique value is taken.
        """
        self._check_unique(values, owner=None)
        values = {**values, **self._derived(values, values)}
        key = self.store.new_id(self.kind)
        properties = {
            self.kind.created: iso(self.now),
            "hs_object_id": str(key),
            "hs_object_source": self.source,
            "hs_object_source_label": self.source,
            self.kind.modified: iso(self.now),
            **{name: value for name, value in values.items() if value},
        }
        history = {
            name: [Version(self.now, value, self.source)] for name, value in values.items() if value
        }
        record = Record(
            kind=self.kind.name,
            id=key,
            created=self.now,
            updated=self.now,
            properties=properties,
            history=history,
        )
        self.store.save(self.kind, record, self.now)
        return record

    def update(self, key: int, values: Mapping[str, str]) -> Record:
        """Change checked values; one that is the same already changes nothing at all.

        Raises:
            ApiError: 404 where there is no such record, 409 where a unique value is taken.
        """
        record = self.live(key)
        changed = {
            name: value
            for name, value in values.items()
            if value != record.properties.get(name, "")
        }
        if not changed:
            return record
        self._check_unique(changed, owner=record.id)
        return self._save(record, changed)

    def archive(self, key: int) -> None:
        """Put a record in the recycle bin; one that is not there is no error."""
        record = self.store.get(self.kind, key, with_history=True)
        if record is not None and record.archived is None:
            self.store.save(self.kind, replace(record, archived=self.now), self.now)

    def restore(self, key: int) -> Record:
        """Take a record out of the recycle bin."""
        record = self.store.get(self.kind, key, with_history=True)
        if record is None:
            raise not_found()
        return self._save(replace(record, archived=None), {})

    def purge(self, key: int) -> None:
        """Delete a record for good, as a privacy request does: nothing tells that it was."""
        self.store.remove(self.kind, key, self.now)

    def merge(self, primary: int, other: int) -> Record:
        """Make one new record of two: the primary's values win, both former ids lead to it.

        Raises:
            ApiError: 400 where both are one record, 404 where one is missing.
        """
        winner, loser = self.live(primary), self.live(other)
        if winner.id == loser.id:
            raise bad_request("Cannot merge an object into itself")
        key = self.store.new_id(self.kind)
        former = ";".join([*_former(winner), *_former(loser)])
        merged = replace(
            winner,
            id=key,
            created=min(winner.created, loser.created),
            properties={
                **loser.properties,
                **winner.properties,
                self.kind.created: min(
                    each.properties.get(self.kind.created, "") for each in (winner, loser)
                ),
                "hs_object_id": str(key),
                MERGED_IDS: former,
            },
            history={**loser.history, **winner.history},
        )
        with self.store.database.transaction():
            for old in (winner.id, loser.id):
                self.store.remove(self.kind, old, self.now)
                self.store.alias(self.kind, old, key)
                self.store.links.move(self.kind, old, key)
            return self._save(merged, {})

    def live(self, key: int) -> Record:
        """The record with its history.

        Raises:
            ApiError: 404 where it is archived or was never there.
        """
        record = self.store.get(self.kind, key, with_history=True)
        if record is None or record.archived is not None:
            raise not_found()
        return record

    def _derived(self, changed: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
        return derived(self.kind, changed, values, self.store.documents)

    def _save(self, record: Record, changed: Mapping[str, str]) -> Record:
        changed = {**changed, **self._derived(changed, {**record.properties, **changed})}
        history = dict(record.history)
        for name, value in changed.items():
            history[name] = [*record.versions(name), Version(self.now, value, self.source)]
        properties = {**record.properties, **changed, self.kind.modified: iso(self.now)}
        saved = replace(
            record,
            updated=self.now,
            properties={name: value for name, value in properties.items() if value},
            history=history,
        )
        self.store.save(self.kind, saved, self.now)
        return saved

    def _check_unique(self, values: Mapping[str, str], owner: int | None) -> None:
        definitions = self.store.catalogue.live(self.kind.name)
        for name, value in values.items():
            if not value or name not in definitions or not definitions[name].has_unique_value:
                continue
            holder = self.store.holder(self.kind, name, [value]).get(value.lower())
            if holder is not None and holder != owner:
                what = "Contact" if self.kind is CONTACTS else self.kind.singular.capitalize()
                raise conflict(f"{what} already exists", str(holder))


def _former(record: Record) -> list[str]:
    earlier = record.properties.get(MERGED_IDS, "")
    return [*(part for part in earlier.split(";") if part), str(record.id)]
