"""Which prepared contacts a request asks for, and their rows on the wire."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kpiloop_sandbox.hubspot.times import iso, parse_ms

FIRST_ID = 100_000_000_000
FIRST_MODIFIED = 1_735_689_600_000
STEP_MS = 1_000
_ID = b"100000000000"
_SAMPLES = 97
_VALUES: Mapping[str, Sequence[str]] = {
    "lifecyclestage": ("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer"),
    "hs_analytics_source": ("ORGANIC_SEARCH", "PAID_SEARCH", "PAID_SOCIAL", "DIRECT_TRAFFIC"),
    "country": ("Germany", "France", "Spain", "Austria"),
    "hubspot_owner_id": ("31", "32", "33"),
    "associatedcompanyid": ("900000000001", "900000000002"),
    "hs_email_optout": ("false", "true"),
    "num_employees": ("1-5", "5-25", "100-500"),
}
_NEVER = frozenset({"hs_merged_object_ids", "hs_all_contact_vids"})
_DAY_MS = 86_400_000


class Range(NamedTuple):
    """Contacts by their number: from `low` up to but not including `high`."""

    low: int
    high: int


def selected(filters: Iterable[Mapping[str, Any]], contacts: int) -> Range:
    """The contacts that match filters on the id and the modification time."""
    low, high = 0, contacts
    for each in filters:
        value = parse_ms(str(each["value"])) or 0
        first, step = (
            (FIRST_ID, 1) if each["propertyName"] == "hs_object_id" else (FIRST_MODIFIED, STEP_MS)
        )
        below, upto = -((first - value) // step), (value - first) // step + 1
        # `below` numbers lie under the value, `upto` at or under it.
        match each["operator"]:
            case "GT":
                low = max(low, upto)
            case "GTE":
                low = max(low, below)
            case "LT":
                high = min(high, below)
            case "LTE":
                high = min(high, upto)
            case _:
                pass
    return Range(low, max(low, high))


@lru_cache(maxsize=64)
def template(properties: tuple[str, ...], rows: int) -> tuple[bytes, int]:
    """Rows joined by commas with a mark for every id, and how many marks a row has."""
    samples = [_row(properties, number % _SAMPLES) for number in range(rows)]
    text = b",".join(samples).replace(b"%", b"%%").replace(_ID, b"%d")
    marks = samples[0].count(_ID) if samples else 0
    return text, marks


def rows_of(ids: Sequence[int], properties: tuple[str, ...]) -> bytes:
    """The rows of these contacts."""
    if not ids:
        return b""
    text, marks = template(properties, len(ids))
    return text % tuple([key for key in ids for _ in range(marks)])


def _row(properties: tuple[str, ...], sample: int) -> bytes:
    created = iso(FIRST_MODIFIED - sample * _DAY_MS)
    modified = iso(FIRST_MODIFIED + sample * STEP_MS)
    own = {"createdate": created, "lastmodifieddate": modified, "hs_object_id": str(FIRST_ID)}
    values = {name: own.get(name) or _value(name, sample) for name in (*properties, *own)}
    row = {
        "id": str(FIRST_ID),
        "properties": dict(sorted(values.items())),
        "createdAt": created,
        "updatedAt": modified,
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/50117001/record/0-1/{FIRST_ID}",
    }
    return json.dumps(row, separators=(",", ":")).encode()


def _value(name: str, sample: int) -> str | None:
    if name in _NEVER:
        return None
    if name == "email":
        return f"person{FIRST_ID}@company{sample}.example"
    choices = _VALUES.get(name)
    if choices is not None:
        return choices[sample % len(choices)]
    if name.endswith(("date", "timestamp", "_at")):
        return iso(FIRST_MODIFIED - sample * _DAY_MS)
    if name.startswith("num"):
        return str(sample)
    return f"{name} {sample}"
