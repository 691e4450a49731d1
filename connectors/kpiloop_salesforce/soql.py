"""Questions in SOQL: what is asked of one object, and from where on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Fields of an object's records under conditions, all of which must hold."""

    sobject: str
    fields: tuple[str, ...]
    where: tuple[str, ...] = ()

    def soql(self, *more: str, order: str = "") -> str:
        """The question, under some more conditions."""
        conditions = " AND ".join((*self.where, *more))
        where = f" WHERE {conditions}" if conditions else ""
        by = f" ORDER BY {order}" if order else ""
        fields = ", ".join(self.fields)
        return f"SELECT {fields} FROM {self.sobject}{where}{by}"  # noqa: S608 - names from describe

    def count(self) -> str:
        """How many records there are."""
        where = f" WHERE {' AND '.join(self.where)}" if self.where else ""
        return f"SELECT COUNT() FROM {self.sobject}{where}"  # noqa: S608 - names from describe


def literal(text: str) -> str:
    """A text as SOQL wants it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def literals(texts: Iterable[str]) -> str:
    """A list for IN."""
    return f"({', '.join(literal(each) for each in texts)})"


def moment(time: datetime) -> str:
    """A time in whole seconds, which is all that Salesforce keeps; what is smaller is cut off."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
