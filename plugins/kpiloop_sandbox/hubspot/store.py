"""The state of the simulated account: records, links, owners, pipelines, campaigns.

A seed fills it in bulk; the API reads and changes it record by record. It lives in memory or in
a file, and holds a million contacts either way.
"""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TypeVar

from kpiloop_sandbox.hubspot.catalogue import Catalogue
from kpiloop_sandbox.hubspot.database import Database
from kpiloop_sandbox.hubspot.definitions import Group, Property
from kpiloop_sandbox.hubspot.happenings import Happenings
from kpiloop_sandbox.hubspot.kinds import KINDS, Kind, kind_of
from kpiloop_sandbox.hubspot.links import Links
from kpiloop_sandbox.hubspot.objects import (
    StoredCampaign,
    StoredEmail,
    StoredForm,
    StoredLink,
    StoredObject,
    StoredOwner,
    StoredPipeline,
    StoredRate,
)
from kpiloop_sandbox.hubspot.records import Record, Row, from_seed, record_of
from kpiloop_sandbox.hubspot.times import to_ms
from kpiloop_sandbox.serving.database import Closing, Documents

T = TypeVar("T")
_CHUNK = 2_000
_FIRST_ID = 100_000
_LIVE_PAGE = (
    "SELECT * FROM objects WHERE kind = ? AND archived IS NULL AND id >= ? ORDER BY id LIMIT ?"
)
_ARCHIVED_PAGE = (
    "SELECT * FROM objects WHERE kind = ? AND archived IS NOT NULL AND id >= ? ORDER BY id LIMIT ?"
)
_FORGET_VALUES = "DELETE FROM unique_values WHERE kind = ? AND id = ?"
_INSERT = "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?)"


class Store(Closing):
    """One account. Close it when done, or use it as a context manager.

    `path` is a file or `:memory:`. Methods may be called from any thread.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self.database = Database(path)
        self.documents = Documents(self.database)
        self.catalogue = Catalogue(self.documents)
        self.links = Links(self.database)
        self.happenings = Happenings(self.database)
        self.index_lag_ms = 0
        self._versions = dict.fromkeys((kind.name for kind in KINDS), 0)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self.database.close()

    # ── filling in bulk ──────────────────────────────────────────────────────────────────────

    def load(self, objects: Iterable[StoredObject]) -> int:
        """Add seeded objects and return how many; a generator is read in chunks.

        Values are taken as they are, legal or not, as imports and old integrations leave them. A
        property without a definition becomes a text property.
        """
        count = 0
        with self.database.transaction():
            for chunk in _chunks(objects, _CHUNK):
                for kind, group in itertools.groupby(chunk, lambda each: each.object_type):
                    count += self._load_chunk(kind_of(kind), list(group))
        return count

    def load_properties(self, object_type: str, definitions: Iterable[Property]) -> None:
        """Add custom properties; a group that is missing is made."""
        kind = kind_of(object_type).name
        with self.database.transaction():
            for definition in definitions:
                name = definition.group_name
                if self.catalogue.group(kind, name) is None:
                    self.catalogue.add_group(kind, Group(name=name, label=name))
                self.catalogue.put(kind, definition)

    def load_links(self, links: Iterable[StoredLink]) -> None:
        """Add associations, each with its way back."""
        with self.database.transaction():
            for chunk in _chunks(links, _CHUNK):
                self.links.load(chunk)

    def load_owners(self, owners: Iterable[StoredOwner]) -> None:
        """Add the account's users."""
        for owner in owners:
            self.documents.put("owners", owner.id, asdict(owner))

    def load_pipelines(self, pipelines: Iterable[StoredPipeline]) -> None:
        """Add pipelines with their stages."""
        for pipeline in pipelines:
            kind = kind_of(pipeline.object_type).name
            self.documents.put(f"pipelines/{kind}", pipeline.id, _plain(asdict(pipeline)))

    def load_campaigns(self, campaigns: Iterable[StoredCampaign]) -> None:
        """Add marketing campaigns with their budget and spend items."""
        for campaign in campaigns:
            self.documents.put("campaigns", campaign.id, _plain(asdict(campaign)))

    def load_forms(self, forms: Iterable[StoredForm]) -> None:
        """Add forms; their submissions are happenings."""
        for form in forms:
            body = {**asdict(form), "created_at": to_ms(form.created_at)}
            self.documents.put("forms", form.id, body)

    def load_emails(self, emails: Iterable[StoredEmail]) -> None:
        """Add marketing e-mails with what is counted of them."""
        for email in emails:
            times = {name: to_ms(getattr(email, name)) for name in ("created_at", "publish_at")}
            self.documents.put("emails", email.id, {**asdict(email), **times})

    def load_rates(self, rates: Iterable[StoredRate]) -> None:
        """Add exchange rates into the account's currency."""
        for rate in rates:
            body = {**asdict(rate), "effective_at": to_ms(rate.effective_at)}
            self.documents.put("exchange_rates", rate.id, body)

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def get(self, kind: Kind, key: int, *, with_history: bool = False) -> Record | None:
        """The record with this id, or the one that it was merged into; archived ones too."""
        found = self.many(kind, [key], with_history=with_history)
        return next(iter(found.values()), None)

    def many(
        self, kind: Kind, keys: Sequence[int], *, with_history: bool = False
    ) -> dict[int, Record]:
        """Records by the id that was asked for, which a merge may have ended since."""
        asked = json.dumps(keys)
        with self.database.reading() as db:
            rows = db.execute(
                "SELECT a.value, o.* FROM (SELECT DISTINCT j.value, coalesce(m.id, j.value)"
                " AS target FROM json_each(?1) AS j LEFT JOIN aliases AS m"
                " ON m.kind = ?2 AND m.old_id = j.value) AS a"
                " JOIN objects AS o ON o.kind = ?2 AND o.id = a.target",
                (asked, kind.name),
            ).fetchall()
        return {row[0]: record_of(row[1:], with_history=with_history) for row in rows}

    def page(
        self, kind: Kind, *, start: int, limit: int, archived: bool, with_history: bool = False
    ) -> list[Record]:
        """Up to `limit` records in order of id, from `start` on."""
        with self.database.reading() as db:
            rows = db.execute(
                _ARCHIVED_PAGE if archived else _LIVE_PAGE, (kind.name, start, limit)
            ).fetchall()
        return [record_of(row, with_history=with_history) for row in rows]

    def holder(self, kind: Kind, name: str, values: Sequence[str]) -> dict[str, int]:
        """The ids of the records that hold these values of a unique property."""
        with self.database.reading() as db:
            rows = db.execute(
                "SELECT u.value, u.id FROM json_each(?) AS j JOIN unique_values AS u"
                " ON u.kind = ? AND u.property = ? AND u.value = j.value",
                (json.dumps([value.lower() for value in values]), kind.name, name),
            ).fetchall()
        return {str(value): int(key) for value, key in rows}

    def count(self, kind: Kind) -> int:
        """How many records are not archived."""
        with self.database.reading() as db:
            row = db.execute(
                "SELECT count(*) FROM objects WHERE kind = ? AND archived IS NULL", (kind.name,)
            ).fetchone()
        return int(row[0])

    def version(self, kind: Kind) -> int:
        """A number that grows with every change of this object type."""
        return self._versions[kind.name]

    # ── changing ─────────────────────────────────────────────────────────────────────────────

    def new_id(self, kind: Kind) -> int:
        """An id that no record of this type ever had."""
        with self.database.transaction() as db:
            row = db.execute("SELECT last FROM sequences WHERE kind = ?", (kind.name,)).fetchone()
            last = (int(row[0]) if row else _FIRST_ID) + 1
            db.execute("INSERT OR REPLACE INTO sequences VALUES (?, ?)", (kind.name, last))
        return last

    def save(self, kind: Kind, record: Record, now: int) -> None:
        """Add or replace a record."""
        with self.database.transaction() as db:
            self._remember(kind, record.id, now)
            db.execute(_INSERT, record.row())
            db.execute(_FORGET_VALUES, (kind.name, record.id))
            self._index_values(kind, [record])
        self._versions[kind.name] += 1

    def remove(self, kind: Kind, key: int, now: int) -> None:
        """Delete a record for good; its values are free again."""
        with self.database.transaction() as db:
            self._remember(kind, key, now)
            db.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind.name, key))
            db.execute(_FORGET_VALUES, (kind.name, key))
        self._versions[kind.name] += 1

    def alias(self, kind: Kind, old: int, new: int) -> None:
        """Let a former id answer with the record that it was merged into."""
        with self.database.transaction() as db:
            db.execute("UPDATE aliases SET id = ? WHERE kind = ? AND id = ?", (new, kind.name, old))
            db.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)", (kind.name, old, new))

    def catch_up(self, kind: Kind, now: int) -> bool:
        """Let the search index see what is old enough; True while it still lags behind."""
        with self.database.transaction() as db:
            gone = db.execute("DELETE FROM shadows WHERE until <= ?", (now,)).rowcount
            row = db.execute(
                "SELECT 1 FROM shadows WHERE kind = ? LIMIT 1", (kind.name,)
            ).fetchone()
        if gone:
            for name in self._versions:
                self._versions[name] += 1
        return row is not None

    def _remember(self, kind: Kind, key: int, now: int) -> None:
        if not self.index_lag_ms:
            return
        with self.database.transaction() as db:
            old = db.execute(
                "SELECT * FROM objects WHERE kind = ? AND id = ?", (kind.name, key)
            ).fetchone()
            row = old or Row(kind.name, key, now, now, None, "{}", "")
            db.execute(
                "INSERT INTO shadows (until, existed, kind, id, created, updated, archived,"
                " properties, history) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (now + self.index_lag_ms, old is not None, *row),
            )

    def _load_chunk(self, kind: Kind, chunk: Sequence[StoredObject]) -> int:
        records = [from_seed(kind, stored) for stored in chunk]
        aliases = [
            (kind.name, int(old), int(stored.id)) for stored in chunk for old in stored.merged_ids
        ]
        highest = max(record.id for record in records)
        with self.database.transaction() as db:
            db.executemany(_INSERT, (record.row() for record in records))
            db.executemany("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)", aliases)
            db.execute(
                "INSERT INTO sequences VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                (kind.name, max([highest, *(old for _, old, _ in aliases)])),
            )
            self._index_values(kind, records)
        self.catalogue.learn(kind.name, {name for record in records for name in record.properties})
        self._versions[kind.name] += 1
        return len(records)

    def _index_values(self, kind: Kind, records: Sequence[Record]) -> None:
        unique = [p.name for p in self.catalogue.live(kind.name).values() if p.has_unique_value]
        with self.database.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO unique_values VALUES (?, ?, ?, ?)",
                (
                    (kind.name, name, record.properties[name].lower(), record.id)
                    for name in unique
                    for record in records
                    if name in record.properties and record.archived is None
                ),
            )


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, size)):
        yield chunk


def _plain(body: Mapping[str, object]) -> object:
    return json.loads(json.dumps(body, default=str))
