"""Who is in which audience: found by address, contact or time, changed one by one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.times import parse
from kpiloop_sandbox.serving.database import Database

SORTABLE = {"last_changed": "changed", "timestamp_opt": "opted", "timestamp_signup": "signed_up"}
_IN_ORDER_OF_ARRIVAL = "place"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_UPSERT = (
    "INSERT INTO members (list_id, hash, contact_id, email, status, changed, opted, signed_up,"
    " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (list_id, hash) DO UPDATE SET"
    " contact_id = excluded.contact_id, email = excluded.email, status = excluded.status,"
    " changed = excluded.changed, opted = excluded.opted, body = excluded.body"
)
_FIND = (
    "SELECT body FROM members WHERE list_id = ?1 AND hash IN (?2, ?3)"
    " UNION SELECT body FROM members WHERE list_id = ?1 AND contact_id = ?2 LIMIT 1"
)
_RENAME = tuple(
    f"UPDATE {table} SET hash = ? WHERE list_id = ? AND hash = ?"  # noqa: S608 - our own words
    for table in ("members", "tagged")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Which members of an audience are asked for, and in which order.

    Times are whole seconds; `after` is exclusive and `until` inclusive. Without a status all but
    archived members are meant.
    """

    list_id: str
    status: str = ""
    changed_after: int | None = None
    changed_until: int | None = None
    opted_after: int | None = None
    opted_until: int | None = None
    email_id: str = ""
    sort: str = ""
    descending: bool = False

    @property
    def where(self) -> tuple[str, list[object]]:
        """The condition in SQL, with its values."""
        tests: list[tuple[str, object]] = [
            ("list_id = ?", self.list_id),
            ("status = ?" if self.status else "status <> ?", self.status or "archived"),
            ("changed > ?", self.changed_after),
            ("changed <= ?", self.changed_until),
            ("opted > ?", self.opted_after),
            ("opted <= ?", self.opted_until),
            ("json_extract(body, '$.unique_email_id') = ?", self.email_id or None),
        ]
        given = [(test, value) for test, value in tests if value is not None]
        return " AND ".join(test for test, _ in given), [value for _, value in given]

    @property
    def order(self) -> str:
        """The order in SQL; who arrived first comes first where nothing else is asked for."""
        column = SORTABLE.get(self.sort, _IN_ORDER_OF_ARRIVAL)
        direction = "DESC" if self.descending else "ASC"
        return f"{column} {direction}, place {direction}"


class Members:
    """The members of all audiences, as JSON that the API shows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, documents: Iterable[Document]) -> int:
        """Add members, or replace those of the same address; returns how many."""
        rows = [_row(document) for document in documents]
        with self._database.transaction() as db:
            db.executemany(_UPSERT, rows)
        return len(rows)

    def page(self, wanted: MemberFilter, limit: int, offset: int) -> tuple[list[Document], int]:
        """Up to `limit` members from the offset on, and how many there are without limits."""
        where, values = wanted.where
        rows_sql = (
            f"SELECT body FROM members WHERE {where} ORDER BY {wanted.order} LIMIT ? OFFSET ?"  # noqa: S608 - of our own words only; values are parameters
        )
        count_sql = f"SELECT count(*) FROM members WHERE {where}"  # noqa: S608 - likewise
        with self._database.reading() as db:
            rows = db.execute(rows_sql, [*values, limit, offset]).fetchall()
            total = db.execute(count_sql, values).fetchone()[0]
        return [json.loads(body) for (body,) in rows], int(total)

    def find(self, list_id: str, reference: str) -> Document | None:
        """The member with this hash, address or contact id; archived ones too."""
        with self._database.reading() as db:
            row = db.execute(_FIND, (list_id, reference, member_hash(reference))).fetchone()
        return None if row is None else json.loads(row[0])

    def remove(self, list_id: str, key: str) -> None:
        """Delete a member and whatever is known of what they received."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM members WHERE list_id = ? AND hash = ?", (list_id, key))
            db.execute("DELETE FROM tagged WHERE list_id = ? AND hash = ?", (list_id, key))

    def forget(self, list_id: str, key: str) -> None:
        """Delete a member for good: nobody may import the address again."""
        with self._database.transaction() as db:
            self.remove(list_id, key)
            db.execute("INSERT OR IGNORE INTO forgotten VALUES (?, ?)", (list_id, key))

    def rename(self, list_id: str, old: str, new: str) -> None:
        """Let a member's new hash stand where the old one stood."""
        with self._database.transaction() as db:
            for statement in _RENAME:
                db.execute(statement, (new, list_id, old))

    def drop_value(self, list_id: str, tag: str) -> None:
        """Delete what every member has in a merge field."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE members SET body = json_remove(body, '$.merge_fields.' || ?1)"
                " WHERE list_id = ?2",
                (tag, list_id),
            )

    def rename_value(self, list_id: str, old: str, new: str) -> None:
        """Move what every member has in a merge field to its new tag."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE members SET body = json_set(body, '$.merge_fields.' || ?1,"
                " json_extract(body, '$.merge_fields.' || ?2)) WHERE list_id = ?3"
                " AND json_type(body, '$.merge_fields.' || ?2) IS NOT NULL",
                (new, old, list_id),
            )
            self.drop_value(list_id, old)

    def is_forgotten(self, list_id: str, key: str) -> bool:
        """Whether the address was deleted for good."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT 1 FROM forgotten WHERE list_id = ? AND hash = ?", (list_id, key)
            ).fetchone()
        return row is not None

    def counts(self, list_id: str) -> dict[str, int]:
        """How many members there are of each status."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT status, count(*) FROM members WHERE list_id = ? GROUP BY status", (list_id,)
            ).fetchall()
        return {str(status): int(number) for status, number in rows}


def _row(document: Document) -> tuple[object, ...]:
    return (
        document["list_id"],
        document["id"],
        document["contact_id"],
        document["email_address"],
        document["status"],
        parse(document["last_changed"]) or 0,
        parse(document["timestamp_opt"]),
        parse(document["timestamp_signup"]) or 0,
        _encode(document),
    )
