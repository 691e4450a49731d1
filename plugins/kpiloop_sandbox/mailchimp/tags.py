"""Tags, which Mailchimp keeps as static segments of an audience."""

import json
from collections.abc import Iterable

from kpiloop_sandbox.mailchimp.ids import number_of
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.times import parse
from kpiloop_sandbox.serving.database import Database, Documents


class Tags:
    """The segments of every audience, and who bears which tag."""

    def __init__(self, database: Database, documents: Documents) -> None:
        self._database = database
        self._documents = documents
        self._known: dict[tuple[str, str], Document] = {}

    def segments(self, list_id: str) -> list[Document]:
        """All segments of an audience, in order of arrival."""
        return [json.loads(text) for text in self._documents.all(_segments_of(list_id))]

    def segment(self, list_id: str, key: str) -> Document | None:
        """One segment."""
        text = self._documents.get(_segments_of(list_id), key)
        return None if text is None else json.loads(text)

    def put(self, segment: Document) -> None:
        """Add a segment, or replace it."""
        self._documents.put(_segments_of(segment["list_id"]), str(segment["id"]), segment)
        self._known.clear()

    def drop(self, list_id: str, key: str) -> None:
        """Delete a segment; nobody bears its tag any more."""
        with self._database.transaction() as db:
            self._documents.remove(_segments_of(list_id), key)
            db.execute("DELETE FROM tagged WHERE segment_id = ?", (int(key),))
        self._known.clear()

    def named(self, list_id: str, name: str, now: str) -> Document:
        """The static segment of this name, which is made where it is missing."""
        if (list_id, name) not in self._known:
            static = {each["name"]: each for each in self.segments(list_id) if is_static(each)}
            if name not in static:
                static[name] = new_segment(list_id, name, now)
                self.put(static[name])
            self._known |= {(list_id, each): segment for each, segment in static.items()}
        return self._known[list_id, name]

    def give(self, member: Document, names: Iterable[str], now: str) -> None:
        """Let a member bear these tags too; whoever holds the member stores it."""
        for name in names:
            segment = self.named(member["list_id"], name, now)
            row = (segment["id"], member["list_id"], member["id"], parse(now) or 0)
            with self._database.transaction() as db:
                db.execute("INSERT OR IGNORE INTO tagged VALUES (?, ?, ?, ?)", row)
        self._show(member)

    def take(self, member: Document, names: Iterable[str], now: str) -> None:
        """Let a member bear these tags no longer."""
        for name in names:
            segment = self.named(member["list_id"], name, now)
            with self._database.transaction() as db:
                db.execute(
                    "DELETE FROM tagged WHERE segment_id = ? AND hash = ?",
                    (segment["id"], member["id"]),
                )
        self._show(member)

    def borne(self, list_id: str, key: str) -> list[tuple[int, int]]:
        """The tags of a member: segment id, and when it was added."""
        with self._database.reading() as db:
            return db.execute(
                "SELECT segment_id, added FROM tagged WHERE list_id = ? AND hash = ?"
                " ORDER BY segment_id",
                (list_id, key),
            ).fetchall()

    def bearers(self, segment_id: int) -> list[str]:
        """The hashes of those who bear a tag, in the order in which they got it."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT hash FROM tagged WHERE segment_id = ? ORDER BY added, hash", (segment_id,)
            ).fetchall()
        return [str(key) for (key,) in rows]

    def _show(self, member: Document) -> None:
        borne = self.borne(member["list_id"], member["id"])
        names = {each["id"]: each["name"] for each in self.segments(member["list_id"])}
        member["tags"] = [{"id": key, "name": names[key]} for key, _ in borne]
        member["tags_count"] = len(borne)


def new_segment(list_id: str, name: str, now: str) -> Document:
    """A static segment with nobody in it."""
    return {
        "id": number_of("segment", list_id, name),
        "name": name,
        "member_count": 0,
        "type": "static",
        "created_at": now,
        "updated_at": now,
        "options": {"match": "any", "conditions": []},
        "list_id": list_id,
    }


def is_static(segment: Document) -> bool:
    """Whether the segment is a tag."""
    return bool(segment["type"] == "static")


def _segments_of(list_id: str) -> str:
    return f"lists/{list_id}/segments"
