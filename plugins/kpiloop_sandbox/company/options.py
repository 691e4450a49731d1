"""What one may choose about the demo company."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MOST_CONTACTS = 10_000_000
MOST_MONTHS = 120
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyOptions:
    """Size, span and seed: the same options always give the same company.

    `until` is the first day on which nothing has happened yet; `contacts` counts every contact
    record that the company ever kept, deleted ones included. Illegal values raise ValueError.
    """

    until: date
    seed: int = 7
    contacts: int = 2_000
    months: int = 24

    def __post_init__(self) -> None:
        if not 1 <= self.contacts <= MOST_CONTACTS:
            raise ValueError(f"contacts must be 1 to {MOST_CONTACTS:,}, not {self.contacts:,}")
        if not 1 <= self.months <= MOST_MONTHS:
            raise ValueError(f"months must be 1 to {MOST_MONTHS}, not {self.months}")

    @property
    def first_day(self) -> date:
        """The day on which the company began to keep records."""
        months = self.until.year * _MONTHS_OF_YEAR + self.until.month - 1 - self.months
        year, month = divmod(months, _MONTHS_OF_YEAR)
        return date(year, month + 1, min(self.until.day, 28))

    @property
    def start(self) -> datetime:
        """The first moment of the company's records."""
        return midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The moment before which everything has happened."""
        return midnight(self.until)

    @property
    def days(self) -> int:
        """How many days the records span."""
        return (self.until - self.first_day) // timedelta(days=1)


def midnight(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
