"""Field values as they stand in the database, in JSON and in the Bulk API's CSV."""

import math
from collections.abc import Callable

from kpiloop_sandbox.salesforce.catalogue.fields import Field, Kind
from kpiloop_sandbox.salesforce.errors import ApiError
from kpiloop_sandbox.salesforce.ids import is_id, long_id
from kpiloop_sandbox.salesforce.times import parse_day, parse_time, spelled, spelled_in_csv

Value = str | int | float | None
_PARTS_OF_ADDRESS = (
    "city",
    "country",
    "geocodeAccuracy",
    "latitude",
    "longitude",
    "postalCode",
    "state",
    "street",
)


def in_json(kind: Kind, value: Value) -> object:
    """A stored value as REST shows it."""
    if value is None:
        return None
    if kind is Kind.DATETIME:
        return spelled(int(value))
    if kind is Kind.BOOLEAN:
        return bool(value)
    if kind is Kind.ADDRESS:
        return {**dict.fromkeys(_PARTS_OF_ADDRESS), "country": value}
    return value


def csv_writer(kind: Kind) -> Callable[[Value], str]:
    """How the Bulk API writes stored values of one kind; no value is an empty text."""
    if kind is Kind.DATETIME:
        return lambda value: "" if value is None else spelled_in_csv(int(value))
    if kind is Kind.BOOLEAN:
        return lambda value: "" if value is None else ("true" if value else "false")
    return lambda value: "" if value is None else str(value).replace('"', '""')


def from_json(field: Field, given: object) -> Value:
    """What a write in JSON puts into the database.

    Raises:
        ApiError: the value is not of the field's type.
    """
    if given is None or given == "":
        if field.kind is Kind.BOOLEAN:
            return 0
        return None
    value = _read(field.kind, given)
    if value is None:
        raise ApiError(
            400,
            "JSON_PARSER_ERROR",
            f"Cannot deserialize instance of {field.kind.value} from value {str(given)[:40]}",
            [field.name],
        )
    if field.kind.is_id and not is_id(str(value)):
        problem = f"{field.name}: id value of incorrect type: {str(given)[:40]}"
        raise ApiError(400, "MALFORMED_ID", problem, [field.name])
    if field.length and isinstance(value, str) and len(value) > field.length:
        problem = f"{field.name}: data value too large: {value[:20]} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", problem, [field.name])
    return long_id(value) if field.kind.is_id and isinstance(value, str) else value


def _read(kind: Kind, given: object) -> Value:
    if kind is Kind.BOOLEAN:
        return _flag(given)
    if kind.is_number:
        return _number(kind, given)
    text = str(given) if isinstance(given, str | int | float) else None
    if text is None or kind not in (Kind.DATE, Kind.DATETIME):
        return text
    return parse_day(text[:10]) if kind is Kind.DATE else parse_time(text)


def _flag(given: object) -> int | None:
    if isinstance(given, bool):
        return int(given)
    return {"true": 1, "false": 0}.get(str(given).lower())


def _number(kind: Kind, given: object) -> int | float | None:
    if isinstance(given, bool):
        return None
    try:
        number = float(str(given))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if kind is Kind.INT else number
