"""The size of the market, as somebody looked it up: one line for each year."""

from pathlib import Path

from kpiloop_sandbox.company.model import Company

HEADING = "Year,Companies that could buy,Market volume (EUR)"
_COMPANIES_PER_CONTACT = 30
_VOLUME_PER_CONTACT = 400_000
_GROWTH = 0.04


def write_market(path: Path, company: Company) -> None:
    """How many could buy, and how much they buy from anybody."""
    options = company.options
    years = range(options.first_day.year, options.until.year + 1)
    lines = [HEADING]
    for number, year in enumerate(years):
        growth = (1 + _GROWTH) ** number
        companies = round(options.contacts * _COMPANIES_PER_CONTACT * growth)
        volume = round(options.contacts * _VOLUME_PER_CONTACT * growth)
        lines.append(f"{year},{companies},{volume}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
