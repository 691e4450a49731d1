"""Checks property values as HubSpot does when they are written, and spells them its way."""

import re
from collections.abc import Mapping
from datetime import date

from kpiloop_sandbox.hubspot.definitions import Property
from kpiloop_sandbox.hubspot.errors import Problem
from kpiloop_sandbox.hubspot.times import iso, parse_ms

_NUMBER = re.compile(r"-?\d+(\.\d+)?|-?\.\d+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DAY_MS = 86_400_000


def check(
    definitions: Mapping[str, Property], values: Mapping[str, str | None]
) -> tuple[dict[str, str], list[Problem]]:
    """The values as HubSpot keeps them (an empty one clears), and what is wrong with the rest."""
    kept: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        result = _check_one(definitions.get(name), name, value or "")
        if isinstance(result, Problem):
            problems.append(result)
        else:
            kept[name] = result
    return kept, problems


def _check_one(definition: Property | None, name: str, value: str) -> str | Problem:
    if definition is None:
        message = f'Property "{name}" does not exist'
        return Problem(name=name, message=message, code="PROPERTY_DOESNT_EXIST")
    if definition.modification_metadata.read_only_value:
        message = f'"{name}" is a read only property; its value cannot be set.'
        return Problem(name=name, message=message, code="READ_ONLY_VALUE", value=value)
    if not value:
        return ""
    if name == "email":
        return _email(value)
    checker = _CHECKERS.get(definition.type)
    return value if checker is None else checker(definition, value)


def _email(value: str) -> str | Problem:
    if not _EMAIL.fullmatch(value):
        message = f"Email address {value} is invalid"
        return Problem(name="email", message=message, code="INVALID_EMAIL", value=value)
    return value.lower()


def _number(definition: Property, value: str) -> str | Problem:
    if _NUMBER.fullmatch(value):
        return value
    message = f"{value} was not a valid number."
    return Problem(name=definition.name, message=message, code="INVALID_INTEGER", value=value)


def _date(definition: Property, value: str) -> str | Problem:
    moment = parse_ms(value)
    if moment is None:
        message = f"{value} was not a valid long."
        return Problem(name=definition.name, message=message, code="INVALID_LONG", value=value)
    if moment % _DAY_MS:
        message = f"{value} is at {iso(moment)[11:19]} UTC, not midnight!"
        return Problem(name=definition.name, message=message, code="INVALID_DATE", value=value)
    return date.fromisoformat(iso(moment)[:10]).isoformat()


def _datetime(definition: Property, value: str) -> str | Problem:
    moment = parse_ms(value)
    if moment is None:
        message = f"{value} was not a valid long."
        return Problem(name=definition.name, message=message, code="INVALID_LONG", value=value)
    return iso(moment)


def _option(definition: Property, value: str) -> str | Problem:
    legal = definition.values
    chosen = value.split(";") if definition.field_type == "checkbox" else [value]
    wrong = [choice for choice in chosen if choice and choice not in legal]
    if definition.external_options or not wrong:
        return value
    options = ", ".join(option.value for option in definition.options)
    return Problem(
        name=definition.name,
        message=f"{wrong[0]} was not one of the allowed options: [{options}]",
        code="INVALID_OPTION",
        value=value,
    )


_CHECKERS = {
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "enumeration": _option,
    "bool": _option,
}
