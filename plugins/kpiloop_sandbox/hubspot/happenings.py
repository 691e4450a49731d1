"""What happened once and is never changed: form submissions, e-mail events, days of traffic."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kpiloop_sandbox.serving.database import Database

_PAGE = (
    "SELECT happened, id, body FROM happenings WHERE collection = ?"
    " AND happened BETWEEN ? AND ? ORDER BY happened DESC, id LIMIT ? OFFSET ?"
)
LATEST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing at one moment, in epoch milliseconds; `id` tells apart those of one moment."""

    collection: str
    at: int
    id: str
    body: Mapping[str, Any]


class Happenings:
    """All happenings of an account, by collection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, happenings: Iterable[Happening]) -> None:
        """Add happenings; one that is there already is replaced."""
        with self._database.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO happenings VALUES (?, ?, ?, ?)",
                (
                    (each.collection, each.at, each.id, json.dumps(each.body, ensure_ascii=False))
                    for each in happenings
                ),
            )

    def page(
        self, collection: str, *, limit: int, offset: int = 0, span: tuple[int, int] = (0, LATEST)
    ) -> list[Happening]:
        """Up to `limit` happenings of a span, both ends included; the newest come first."""
        with self._database.reading() as db:
            rows = db.execute(_PAGE, (collection, *span, limit, offset)).fetchall()
        return [
            Happening(collection=collection, at=at, id=key, body=json.loads(body))
            for at, key, body in rows
        ]
