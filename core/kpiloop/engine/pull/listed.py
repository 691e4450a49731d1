"""The ids that a vendor says there are: what is stored and not among them is gone."""

from collections.abc import Iterator, Sequence
from typing import Any

from duckdb import DuckDBPyConnection
from pydantic import Field, TypeAdapter, ValidationError, create_model

from kpiloop.engine.pull.reading import Reading
from kpiloop.engine.pull.rows import rows_of
from kpiloop.engine.pull.spelling import Spelling
from kpiloop.schema.record import Wire
from kpiloop.schema.terms import with_made_keys
from kpiloop.web_api.page import Page


class IdReader:
    """Reads the ids of rows as a wire model does, and nothing else of them."""

    def __init__(self, spelling: Spelling) -> None:
        self._made_keys = spelling.model.made_keys
        field = spelling.reader.model_fields["id"]
        declared: Any = (
            field.rebuild_annotation(),
            Field(validation_alias=field.validation_alias or "id"),
        )
        key: Any = create_model(spelling.model.__name__, __base__=Wire, id=declared)
        self._key: TypeAdapter[Any] = TypeAdapter(key)

    def ids(self, rows: Sequence[object]) -> Iterator[str | None]:
        """The ids; no value for each that cannot be read."""
        for row in rows:
            made = with_made_keys(row, self._made_keys) if self._made_keys else row
            try:
                yield self._key.validate_python(made).id
            except ValidationError:
                yield None


class IdList:
    """Where the ids go that a stream lists."""

    def __init__(self, reading: Reading, spelling: Spelling) -> None:
        self._reading = reading
        self._reader = IdReader(spelling)

    def store(self, writer: DuckDBPyConnection, pages: Sequence[Page]) -> None:
        """Add the ids of pages; no value for each that cannot be read."""
        source, stream = self._reading.source, self._reading.stream.name
        found = [
            record_id
            for page in pages
            for record_id in self._reader.ids(
                rows_of(page, source=source, stream=stream)[page.skip :]
            )
        ]
        writer.execute(
            "INSERT INTO state.listed BY NAME"
            " SELECT $source AS source, $stream AS stream, unnest($ids::VARCHAR[]) AS id",
            {**self._reading.key, "ids": found},
        )


def hides_an_id(writer: DuckDBPyConnection, reading: Reading) -> bool:
    """Whether an id could not be read: it may be any that is missing."""
    row = writer.execute(
        "SELECT EXISTS (FROM state.listed WHERE source = $source AND stream = $stream"
        " AND id IS NULL)",
        reading.key,
    ).fetchone()
    return row == (True,)
