"""The months of a company's span."""

from collections.abc import Iterator
from datetime import date, timedelta

from kpiloop_sandbox.company.options import CompanyOptions

_A_MONTH_OR_MORE = timedelta(days=32)


def months(options: CompanyOptions) -> Iterator[date]:
    """The first day of every month of which the span holds a day, oldest first."""
    first = options.first_day.replace(day=1)
    while first < options.until:
        yield first
        first = (first + _A_MONTH_OR_MORE).replace(day=1)
