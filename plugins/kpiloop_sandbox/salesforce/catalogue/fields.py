"""A field of an object, and short ways to say one."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The type of a field, as describe names it."""

    ID = "id"
    REFERENCE = "reference"
    STRING = "string"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    PICKLIST = "picklist"
    BOOLEAN = "boolean"
    INT = "int"
    DOUBLE = "double"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    ADDRESS = "address"

    @property
    def is_text(self) -> bool:
        """Whether values are text that is compared without regard to case."""
        return self in _TEXTS

    @property
    def is_id(self) -> bool:
        """Whether values are ids."""
        return self in (Kind.ID, Kind.REFERENCE)

    @property
    def is_number(self) -> bool:
        """Whether values are numbers."""
        return self in _NUMBERS

    @property
    def column(self) -> str:
        """The type of the SQLite column that keeps such values."""
        if self.is_text:
            return "TEXT COLLATE NOCASE"
        if self in (Kind.BOOLEAN, Kind.INT, Kind.DATETIME):
            return "INTEGER"
        return "REAL" if self.is_number else "TEXT"


_TEXTS = frozenset({Kind.STRING, Kind.TEXTAREA, Kind.EMAIL, Kind.PHONE, Kind.PICKLIST})
_NUMBERS = frozenset({Kind.INT, Kind.DOUBLE, Kind.CURRENCY, Kind.PERCENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object.

    `formula` is the path, over parents, to the field whose value this one shows: it is never
    written, and a change of what it shows changes no modification time of its record.
    """

    name: str
    kind: Kind
    references: tuple[str, ...] = ()
    relationship: str = ""
    length: int = 0
    values: tuple[str, ...] = ()
    required: bool = False
    writable: bool = True
    external_id: bool = False
    formula: str = ""

    @property
    def custom(self) -> bool:
        """Whether the company added it."""
        return self.name.endswith("__c")

    @property
    def calculated(self) -> bool:
        """Whether it is a formula; an address only shows its parts together."""
        return bool(self.formula) and self.kind is not Kind.ADDRESS

    @property
    def filterable(self) -> bool:
        """Whether a query may ask for values of it."""
        return self.kind not in (Kind.TEXTAREA, Kind.ADDRESS)


def text(
    name: str, length: int = 255, *, required: bool = False, external_id: bool = False
) -> Field:
    """One line of text."""
    return Field(
        name=name, kind=Kind.STRING, length=length, required=required, external_id=external_id
    )


def picklist(name: str, *values: str) -> Field:
    """One of these values; others that were written stay legal, as in an unrestricted list."""
    return Field(name=name, kind=Kind.PICKLIST, length=255, values=values)


def of(kind: Kind, *names: str) -> tuple[Field, ...]:
    """Fields of one kind that differ by name only."""
    lengths = {Kind.EMAIL: 80, Kind.PHONE: 40, Kind.TEXTAREA: 32_000}
    return tuple(Field(name=name, kind=kind, length=lengths.get(kind, 0)) for name in names)


def parent(name: str, *references: str, required: bool = False, writable: bool = True) -> Field:
    """The id of a parent record; its fields are reached by the name without `Id`."""
    relationship = name.removesuffix("Id") if name.endswith("Id") else name.replace("__c", "__r")
    return Field(
        name=name,
        kind=Kind.REFERENCE,
        length=18,
        references=references,
        relationship=relationship,
        required=required,
        writable=writable,
    )


def address(name: str, country: str) -> Field:
    """A compound field over the parts of an address, of which only the country is kept here."""
    return Field(name=name, kind=Kind.ADDRESS, writable=False, formula=country)


def system(name: str, kind: Kind) -> Field:
    """A field that only Salesforce writes."""
    return Field(name=name, kind=kind, writable=False, length=255 if kind.is_text else 0)
