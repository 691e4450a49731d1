"""Shapes: which fields a sighting gives, as a number that stands in the inbox."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

from kpiloop.engine.pull.sighting import Shape


class Shapes:
    """The shapes that are known, and numbers for those that are seen for the first time."""

    def __init__(self, cursor: DuckDBPyConnection) -> None:
        self._numbers: dict[tuple[str, Shape], int] = {
            (entity, _parse(fields)): number
            for number, entity, fields in cursor.execute(
                "SELECT shape, entity, fields FROM state.shapes"
            ).fetchall()
        }

    def number_of(self, writer: DuckDBPyConnection, entity: str, fields: Shape) -> int:
        """The number of a shape; a new one is stored at once."""
        number = self._numbers.get((entity, fields))
        if number is None:
            number = max(self._numbers.values(), default=0) + 1
            spelled = " ".join(sorted(fields))
            writer.execute("INSERT INTO state.shapes VALUES (?, ?, ?)", [number, entity, spelled])
            self._numbers[entity, fields] = number
        return number

    def of(self, entity: str) -> Mapping[int, Shape]:
        """The shapes of an entity by number."""
        return {
            number: fields for (owner, fields), number in self._numbers.items() if owner == entity
        }


def _parse(fields: str) -> Shape:
    return frozenset(fields.split())
