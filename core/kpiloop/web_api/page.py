"""Pages: rows as a vendor sent them, on their way to the core, which parses and checks them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from pydantic import BaseModel, JsonValue

Checkpoint: TypeAlias = JsonValue
"""Where a stream goes on: anything that JSON can hold; None is the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer's worth of rows, made by `Page.json`, `Page.csv` or `Page.rows`, never by hand.

    Attributes:
        body: The text with the rows in it, JSON or CSV, or None where `items` has them.
        is_csv: Whether the body is CSV.
        rows_at: The dotted path of the list of rows in JSON ("results", "a.b"); empty where the
            body itself is the list.
        items: The rows where they are already in Python, or None where `body` has them.
        of: The wire model that reads these rows; None is the first one of the stream.
        checkpoint: Where to go on if the process dies after this page was stored; None where
            nothing follows.
        replaces: The parents' ids whose stored children these rows replace.
        adds: Keys that every row gets beside its own: what only the path or another answer tells.
        skip: How many rows at the beginning are left out, because the page before had them.
    """

    body: bytes | None = None
    is_csv: bool = False
    rows_at: str = ""
    items: Sequence[Mapping[str, object]] | None = None
    of: type[BaseModel] | None = None
    checkpoint: Checkpoint = None
    replaces: tuple[str, ...] = ()
    adds: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    skip: int = 0

    @classmethod
    def json(  # noqa: PLR0913 - all but the text may be left out
        cls,
        body: bytes,
        *,
        rows: str = "",
        of: type[BaseModel] | None = None,
        checkpoint: Checkpoint = None,
        replaces: Iterable[str] = (),
        adds: Mapping[str, str | None] | None = None,
        skip: int = 0,
    ) -> Self:
        """A page of JSON text as it came: by far the cheapest, for nothing is parsed twice."""
        return cls(
            body=body,
            rows_at=rows,
            of=of,
            checkpoint=checkpoint,
            replaces=tuple(replaces),
            adds=adds or {},
            skip=skip,
        )

    @classmethod
    def csv(
        cls,
        body: bytes,
        *,
        of: type[BaseModel] | None = None,
        checkpoint: Checkpoint = None,
        replaces: Iterable[str] = (),
    ) -> Self:
        """A page of CSV text in UTF-8 as it came, its first line the names of the columns.

        Values stand between commas, quoted where they need it; an empty one is no value. A dot in
        a column's name is a path: `Account.Name` is read as `{"Account": {"Name": …}}`.
        """
        return cls(body=body, is_csv=True, of=of, checkpoint=checkpoint, replaces=tuple(replaces))

    @classmethod
    def rows(
        cls,
        items: Iterable[Mapping[str, object]],
        *,
        of: type[BaseModel] | None = None,
        checkpoint: Checkpoint = None,
        replaces: Iterable[str] = (),
    ) -> Self:
        """A page of rows that the connector had to take apart or put together itself."""
        return cls(items=tuple(items), of=of, checkpoint=checkpoint, replaces=tuple(replaces))
