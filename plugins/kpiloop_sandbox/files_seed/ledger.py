"""The cost ledger of the bookkeepers: what neither CRM nor ad platforms know.

Semicolons, decimal commas and Windows-1252, because a spreadsheet program in German wrote it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kpiloop_sandbox.company.market import HOME_CURRENCY
from kpiloop_sandbox.company.model import Company, Deal, Outcome
from kpiloop_sandbox.files_seed.months import months

HEADING = ("Monat", "Abteilung", "Kostenart", "Bezeichnung", "Betrag")
_COMMISSION = Decimal("0.04")
_MISTYPED = Decimal(10) ** 9
"""No deal is worth so much: the company sells to small firms."""
_CENT = Decimal("0.01")
_STANDING = (
    ("marketing", "automation", "Marketing-Automation", Decimal(1_490)),
    ("marketing", "overhead", "Büro und Geräte, anteilig", Decimal(2_150)),
    ("sales", "software", "CRM-Lizenzen", Decimal(2_380)),
    ("sales", "overhead", "Büro und Geräte, anteilig", Decimal(2_900)),
)
_PRICES_RISE = Decimal("1.03")


def write_ledger(path: Path, company: Company) -> None:
    """Software, overhead and commissions by month and department, in home currency."""
    lines = [";".join(HEADING), *(";".join(row) for row in _rows(company))]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def _rows(company: Company) -> Iterator[tuple[str, ...]]:
    earned = _commissions(company)
    first_year = company.options.first_day.year
    for month in months(company.options):
        rise = _PRICES_RISE ** (month.year - first_year)
        for department, kind, name, amount in _STANDING:
            yield _row(month, department, kind, name, amount * rise)
        if month in earned:
            yield _row(month, "sales", "commissions", "Provisionen", earned[month])


def _row(month: date, department: str, kind: str, name: str, amount: Decimal) -> tuple[str, ...]:
    return f"{month:%m.%Y}", department, kind, name, _german(amount)


def _commissions(company: Company) -> dict[date, Decimal]:
    """What salespeople earn with the deals that they won, by month."""
    earned: dict[date, Decimal] = defaultdict(Decimal)
    for deal in company.deals:
        if deal.outcome is Outcome.WON and deal.currency == HOME_CURRENCY:
            earned[deal.closes_at.date().replace(day=1)] += _amount(deal) * _COMMISSION
    return earned


def _amount(deal: Deal) -> Decimal:
    """A deal's amount; one that was mistyped earns nobody anything."""
    try:
        amount = Decimal(deal.amount or 0)
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() and 0 < amount < _MISTYPED else Decimal(0)


def _german(amount: Decimal) -> str:
    text = f"{amount.quantize(_CENT):,}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")
