"""What the connector must know: where the files are, and what their columns mean."""

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    SecretStr,
)

from kpiloop import Settings
from kpiloop_files.entities import ENTITIES
from kpiloop_files.signed import without_query

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WITHOUT_NAME = "id"

Constant = str | bool | int | float | Decimal | datetime | date


class Table(BaseModel):
    """Files whose rows are records of one entity, and which column holds what.

    `columns` maps a field of the entity to a column's heading; `constants` gives a field the same
    value in every row. Each record needs an id: the column named `id`, or the columns of `key`
    together; without either, the row's place in its file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(min_length=1, repr=False)
    """The file's name below the folder, where `*` stands for anything; or below the address."""
    entity: str
    columns: Mapping[str, str] = Field(min_length=1)
    constants: Mapping[str, Constant] = Field(default_factory=dict)
    id: str = ""
    key: tuple[str, ...] = ()
    name: str = ""
    """What the stream is called; empty: as its entity."""
    format: Literal["auto", "csv", "excel", "parquet"] = "auto"
    decimal: Literal[".", ","] = "."
    day: str = ""
    """How days are written, as `%d.%m.%Y`; empty: 2026-01-31. A month (`%Y-%m`) or a year (`%Y`)
    means its first day, for a field `last_day` its last."""
    time: str = ""
    """How times are written, as `%d.%m.%Y %H:%M`; empty: ISO 8601."""
    timezone: str = "UTC"
    """What clock the times were read from, where they do not say."""
    encoding: str = "auto"
    separator: str = "auto"
    sheet: str = ""
    """The sheet of a spreadsheet; empty: the first."""
    header: PositiveInt = 1
    """The line that has the columns' headings."""
    absent: Literal["deleted", "kept"] = "deleted"
    """What it means that a row, or a file, is no longer there."""

    @property
    def stream(self) -> str:
        """The name of its stream."""
        return self.name or self.entity

    @property
    def wanted(self) -> Sequence[str]:
        """The headings that a file must have."""
        own = (self.id,) if self.id else self.key
        return tuple(dict.fromkeys((*own, *self.columns.values())))

    def problems(self) -> Iterator[str]:
        """What makes no sense in it, in words."""
        if self.entity not in ENTITIES:
            yield f"there is no entity {self.entity!r}; there are {', '.join(sorted(ENTITIES))}"
            return
        legal = [name for name in ENTITIES[self.entity].model_fields if name != _WITHOUT_NAME]
        for field in (*self.columns, *self.constants):
            if field not in legal:
                yield f"{self.entity} have no field {field!r}; they have {', '.join(legal)}"
        if twice := sorted(set(self.columns) & set(self.constants)):
            yield f"{', '.join(twice)} cannot be both a column and a constant"
        if self.id and self.key:
            yield "a record has an id or a key, not both"
        if self.absent == "kept" and not (self.id or self.key):
            yield 'with absent = "kept" each row needs an id or a key'
        yield from self._unknown_words()

    def _unknown_words(self) -> Iterator[str]:
        if not _is_encoding(self.encoding):
            yield f'{self.encoding!r} is no encoding; try "auto", "utf-8" or "cp1252"'
        if self.separator != "auto" and len(self.separator) != 1:
            yield 'a separator is one character, such as ";", or "auto"'
        if not _is_zone(self.timezone):
            yield f"{self.timezone!r} is no time zone, such as Europe/Berlin"


class Log(BaseModel):
    """Access logs of a web server, in the combined format, whose page views are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(min_length=1, repr=False)
    name: str = "page_views"
    hosts: tuple[str, ...] = ()
    """The site's own hosts: a visit never comes from them."""
    visit_gap_minutes: PositiveInt = 30
    """After so long without a page view, the next one begins another visit."""

    @property
    def stream(self) -> str:
        """The name of its stream."""
        return self.name


class FilesSettings(Settings):
    """Files in a folder or at a web address, and what is in them.

    The connector tells `problems` as its own error: those of settings name no rule, for it might
    quote a key.
    """

    folder: str = ""
    """Where the files are; a relative path begins at the folder of kpiloop.toml."""
    base_url: str = ""
    """Instead of a folder: the address below which the files are (https)."""
    token: SecretStr | None = Field(
        default=None, description="Only for an address that asks for a bearer token."
    )
    max_megabytes: PositiveInt = 512
    """How large a file from an address may be."""
    tables: tuple[Table, ...] = ()
    logs: tuple[Log, ...] = ()

    def problems(self) -> Iterator[str]:
        """What makes no sense in all of it, in words."""
        if bool(self.folder) == bool(self.base_url):
            yield "give either folder or base_url"
        if not (self.tables or self.logs):
            yield "give at least one [[…tables]] or [[…logs]]: they say what to read"
        names = [each.stream for each in self._inputs()]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield f"two tables are called {name}: give each its own name"
            if not _NAME.fullmatch(name):
                yield f"{name!r} is no name: small letters, digits and _"
        for table in self.tables:
            # In a folder a `?` stands for a letter; in an address a key may follow it.
            file = without_query(table.file) if self.base_url else table.file
            yield from (f"table {file!r}: {problem}" for problem in table.problems())

    def _inputs(self) -> Iterator[Table | Log]:
        yield from self.tables
        yield from self.logs


def _is_encoding(name: str) -> bool:
    try:
        return name == "auto" or bool(codecs.lookup(name))
    except LookupError:
        return False


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
