"""How values are spelled in the ledger: one text for one value, so that equal means equal."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from kpiloop.connector.writing import Definition, Value
from kpiloop.schema.fields import Kind


def spell(value: Value) -> str | None:
    """The ledger's text of a value; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value


def read(text: str | None, definition: Definition) -> Value:
    """The value that a text of the ledger means for a field."""
    if text is None:
        return None
    return _READERS.get(definition.kind, str)(text)


def rounded(value: Decimal | float, decimals: int) -> Decimal:
    """A number as it is written: halves go to the even neighbour, as in accounting."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def _plain(number: Decimal) -> str:
    plain = format(number.normalize(), "f")
    return "0" if plain == "-0" else plain


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.NUMBER: Decimal,
    Kind.MONEY: Decimal,
    Kind.RATE: Decimal,
    Kind.WHOLE: Decimal,
    Kind.FLAG: "true".__eq__,
    Kind.DAY: date.fromisoformat,
    Kind.INSTANT: datetime.fromisoformat,
}
