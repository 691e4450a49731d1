"""Rows checked by their wire model: the authority on what a vendor's row says.

All rows of a page are checked in one call; only where one is wrong, each is looked at alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import GenericAlias
from typing import Any, TypeGuard

from pydantic import TypeAdapter, ValidationError

from kpiloop.engine.pull.false_values import FalseIsNull
from kpiloop.engine.pull.sighting import Broken, Rows, Sighting
from kpiloop.engine.pull.spelling import Path, Spelling
from kpiloop.schema.items import BrokenItems, explain
from kpiloop.schema.record import Wire, columns_of, entity_of
from kpiloop.schema.terms import with_made_keys


class Validator:
    """Turns a vendor's rows into sightings."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        rows: Any = GenericAlias(list, (spelling.reader,))
        self._rows: TypeAdapter[list[Wire]] = TypeAdapter(rows)
        self._false = FalseIsNull(spelling) if spelling.model.false_is_null else None
        self._prepares = bool(self._false or spelling.model.made_keys)

    def check(self, rows: Sequence[object]) -> Rows:
        """What the rows hold; one broken row costs that row alone."""
        readable = [self._readable(row) for row in rows] if self._prepares else rows
        try:
            wires = self._rows.validate_python(readable)
        except Exception:  # noqa: BLE001 - a wire model is a stranger's code: it may raise anything
            return self._gather(rows, readable, [self._check_alone(row) for row in readable])
        return self._gather(rows, readable, [(wire, ()) for wire in wires])

    def _readable(self, row: object) -> object:
        left = self._false.left_of(row) if self._false else row
        return with_made_keys(left, self._spelling.model.made_keys)

    def _gather(
        self,
        rows: Sequence[object],
        readable: Sequence[object],
        checked: Sequence[tuple[Wire | None, Sequence[str]]],
    ) -> Rows:
        sightings: list[Sighting] = []
        broken: list[Broken] = []
        sound: set[str] = set()
        for place, (row, read, (wire, reasons)) in enumerate(
            zip(rows, readable, checked, strict=True)
        ):
            record_id = self._id_of(read)
            seen, problem = self._sightings(wire, row, place) if wire else ((), "")
            problems = [*reasons, problem] if problem else reasons
            sightings += seen
            if problems:
                whole = not wire or problem
                items = 0 if whole else len(problems)
                reason = "; ".join(problems)
                broken.append(Broken(row=row, reason=reason, record_id=record_id, items=items))
            elif record_id is not None:
                sound.add(record_id)
        return Rows(sightings=tuple(sightings), broken=tuple(broken), sound_ids=frozenset(sound))

    def _sightings(self, wire: Wire, row: object, place: int) -> tuple[Sequence[Sighting], str]:
        try:
            found = list(self._of_records(wire, row, place))
        except ValidationError as error:
            return (), explain(error)
        except Exception as error:  # noqa: BLE001 - records() is a stranger's code: it may raise anything
            return (), f"{self._spelling.model.__name__}.records raised {type(error).__name__}"
        unreadable = next((name for each in found if (name := _not_unicode(each.values))), "")
        if unreadable:
            return (), f"{unreadable}: not a text in Unicode: half of a surrogate pair stands alone"
        return found, ""

    def _of_records(self, wire: Wire, row: object, place: int) -> Iterator[Sighting]:
        spelling = self._spelling
        modified_at = _moment(wire, spelling.modified)
        deleted_at = _moment(wire, spelling.deleted)
        for record in wire.records():
            entity = entity_of(type(record))
            given = record.model_fields_set
            if record is wire:
                given = given.union(self._without_value(row))
            yield Sighting(
                entity=entity,
                values={
                    name: getattr(record, name) for name in columns_of(entity) if name in given
                },
                modified_at=modified_at,
                deleted_at=deleted_at,
                place=place,
                of_row=spelling.of_row,
                says_deleted=bool(spelling.deleted),
            )

    def _without_value(self, row: object) -> Iterable[str]:
        """The fields of which a row says, by its silence or otherwise, that they have no value."""
        if self._spelling.model.omits_nulls:
            return self._spelling.paths
        return self._false.cleared(row) if self._false else ()

    def _check_alone(self, row: object) -> tuple[Wire | None, Sequence[str]]:
        broken = BrokenItems()
        try:
            return self._spelling.reader.model_validate(row, context=broken), broken.reasons
        except ValidationError as error:
            return None, [explain(error)]
        except Exception as error:  # noqa: BLE001 - as above
            return None, [f"{self._spelling.model.__name__} raised {type(error).__name__}"]

    def _id_of(self, row: object) -> str | None:
        """The row's id, if it can be read even though the rest cannot."""
        path = self._spelling.paths.get("id", ())
        found = value_at(row, path) if path else None
        if isinstance(found, bool) or not isinstance(found, str | int):
            return None
        return str(found) if found != "" and _is_unicode(str(found)) else None


def value_at(row: object, path: Path) -> object:
    """What stands at a path of a row; None where there is nothing."""
    for key in path:
        if isinstance(key, str) and _is_mapping(row):
            row = row.get(key)
        elif isinstance(key, int) and _is_list(row) and -len(row) <= key < len(row):
            row = row[key]
        else:
            return None
    return row


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def _moment(wire: Wire, field: str) -> datetime | None:
    moment: Any = getattr(wire, field) if field else None
    return moment if isinstance(moment, datetime) else None


def _not_unicode(values: Mapping[str, object]) -> str:
    """The name of a field whose text cannot be stored."""
    for name, value in values.items():
        if isinstance(value, str) and not _is_unicode(value):
            return name
    return ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
