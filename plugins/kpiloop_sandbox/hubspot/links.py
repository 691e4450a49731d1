"""Associations between records, with the type ids that HubSpot defines."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kpiloop_sandbox.hubspot.database import Database
from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.kinds import Kind, kind_of
from kpiloop_sandbox.hubspot.objects import StoredLink

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
UNLABELED = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("contacts", "deals"): 4,
    ("deals", "contacts"): 3,
    ("deals", "companies"): 341,
    ("companies", "deals"): 342,
    ("contacts", "contacts"): 449,
    ("companies", "companies"): 450,
    ("deals", "deals"): 451,
    ("calls", "contacts"): 194,
    ("contacts", "calls"): 193,
    ("calls", "companies"): 182,
    ("companies", "calls"): 181,
    ("calls", "deals"): 206,
    ("deals", "calls"): 205,
    ("meetings", "contacts"): 200,
    ("contacts", "meetings"): 199,
    ("meetings", "companies"): 188,
    ("companies", "meetings"): 187,
    ("meetings", "deals"): 212,
    ("deals", "meetings"): 211,
    ("feedback_submissions", "contacts"): 98,
    ("contacts", "feedback_submissions"): 97,
    ("line_items", "deals"): 20,
    ("deals", "line_items"): 19,
    ("line_items", "orders"): 514,
    ("orders", "line_items"): 513,
    ("orders", "contacts"): 507,
    ("contacts", "orders"): 508,
    ("orders", "companies"): 509,
    ("companies", "orders"): 510,
    ("orders", "deals"): 512,
    ("deals", "orders"): 511,
}
PRIMARY = {
    ("contacts", "companies"): 1,
    ("companies", "contacts"): 2,
    ("deals", "companies"): 5,
    ("companies", "deals"): 6,
}
_OTHER_CATEGORY = "USER_DEFINED"
_MOVE_FROM = (
    "UPDATE OR IGNORE links SET from_id = ? WHERE from_kind = ? AND from_id = ?",
    "DELETE FROM links WHERE from_kind = ? AND from_id = ?",
)
_MOVE_TO = (
    "UPDATE OR IGNORE links SET to_id = ? WHERE to_kind = ? AND to_id = ?",
    "DELETE FROM links WHERE to_kind = ? AND to_id = ?",
)


class Link(NamedTuple):
    """One row of the table: one type of one direction of an association."""

    from_kind: str
    from_id: int
    to_kind: str
    to_id: int
    category: str
    type_id: int
    label: str | None


class Links:
    """The associations of one account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, links: Iterable[StoredLink]) -> None:
        """Add associations with their ways back; a labeled one is an unlabeled one as well."""
        rows = [row for link in links for row in expand(link)]
        with self._database.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def of(self, source: Kind, keys: Sequence[int], target: Kind) -> dict[int, list[Link]]:
        """The associations of these records with another type, by record, in order of id."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT l.* FROM json_each(?) AS j JOIN links AS l ON l.from_kind = ?"
                " AND l.from_id = j.value AND l.to_kind = ?"
                " ORDER BY l.from_id, l.to_id, l.type_id",
                (json.dumps(keys), source.name, target.name),
            ).fetchall()
        found: dict[int, list[Link]] = {}
        for row in rows:
            link = Link(*row)
            found.setdefault(link.from_id, []).append(link)
        return found

    @staticmethod
    def target_of(source: Kind, type_id: int) -> str:
        """The object type that an association type of HubSpot's leads to.

        Raises:
            ApiError: the type does not start at this object type.
        """
        for types in (UNLABELED, PRIMARY):
            for (start, target), known in types.items():
                if known == type_id and start == source.name:
                    return target
        raise bad_request(f"Invalid association type {type_id} for {source.name}")

    def remove(self, source: Kind, key: int, target: Kind, other: int) -> None:
        """Remove every association of two records, both ways."""
        pairs = (
            (source.name, key, target.name, other),
            (target.name, other, source.name, key),
        )
        with self._database.transaction() as db:
            db.executemany(
                "DELETE FROM links WHERE from_kind = ? AND from_id = ? AND to_kind = ?"
                " AND to_id = ?",
                pairs,
            )

    def move(self, kind: Kind, old: int, new: int) -> None:
        """Hand the associations of a merged record to its survivor."""
        with self._database.transaction() as db:
            for move, drop in (_MOVE_FROM, _MOVE_TO):
                db.execute(move, (new, kind.name, old))
                db.execute(drop, (kind.name, old))


def expand(link: StoredLink) -> list[Link]:
    """The rows that one association stands for."""
    source, target = kind_of(link.from_type).name, kind_of(link.to_type).name
    here, there = int(link.from_id), int(link.to_id)
    way, back = (source, here, target, there), (target, there, source, here)
    plain, plain_back = UNLABELED[source, target], UNLABELED[target, source]
    rows = [
        Link(*way, HUBSPOT_DEFINED, plain, None),
        Link(*back, HUBSPOT_DEFINED, plain_back, None),
    ]
    if link.type_id == PRIMARY.get((source, target)):
        label = link.label or "Primary"
        rows.append(Link(*way, HUBSPOT_DEFINED, link.type_id, label))
        rows.append(Link(*back, HUBSPOT_DEFINED, PRIMARY[target, source], label))
    elif link.type_id != plain:
        rows.append(Link(*way, _OTHER_CATEGORY, link.type_id, link.label))
        rows.append(Link(*back, _OTHER_CATEGORY, link.type_id, link.label))
    return rows
