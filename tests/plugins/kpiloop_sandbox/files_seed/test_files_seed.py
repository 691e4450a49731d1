"""The demo company's files, read as its kpiloop.toml says: consistent with all the rest."""

import tomllib
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from kpiloop import Source
from kpiloop.engine.pull.report import PullReport
from kpiloop.engine.pull.run import pull
from kpiloop.warehouse.store import Warehouse
from kpiloop_files.reads import Files
from kpiloop_files.settings import FilesSettings
from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.model import Channel, Company, Outcome
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.files_seed.source import files_source
from kpiloop_sandbox.files_seed.write import write_files

OPTIONS = CompanyOptions(until=date(2026, 11, 21), contacts=300, months=12)
BEGIN = (OPTIONS.end - timedelta(days=60)).replace(day=1)


class Pulled:
    """The company, and what became of its files."""

    def __init__(self, company: Company, warehouse: Warehouse, report: PullReport) -> None:
        self.company = company
        self.report = report
        self._warehouse = warehouse

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        with self._warehouse.cursor() as cursor:
            return cursor.execute(query).fetchall()


@pytest.fixture(scope="module")
def pulled(tmp_path_factory: pytest.TempPathFactory) -> Generator[Pulled]:
    """The files of a small company, pulled as its kpiloop.toml says."""
    home = tmp_path_factory.mktemp("acme")
    company = generate(OPTIONS)
    write_files(home / "files", company)
    written = tomllib.loads(files_source("files"))["sources"]["sandbox_files"]
    assert written.pop("connector") == "files"
    settings = FilesSettings.model_validate(written)
    with (
        Warehouse.open(home / "warehouse.duckdb", threads=2) as warehouse,
        closing(Files(settings, Source(name="files", folder=home))) as connector,
    ):
        yield Pulled(company, warehouse, pull(warehouse, connector))


def test_all_of_it_is_read_but_the_line_that_broke_off(pulled: Pulled) -> None:
    """The log tells of a line that a crash cut, and nothing else is wrong."""
    assert pulled.report.failed == {}
    ((reason,),) = pulled.ask("SELECT reason FROM state.quarantine")
    assert "row 1: must be a line of the combined log format" in reason


def test_the_ledger_has_every_month_in_home_currency(pulled: Pulled) -> None:
    """Its umlauts and decimal commas are read as they were meant."""
    months = pulled.ask("SELECT count(DISTINCT first_day), min(currency) FROM pulled.costs")
    assert months == [(13, "EUR")]
    assert pulled.ask("SELECT min(amount) FROM pulled.costs WHERE kind = 'overhead'")[0][0] == (
        Decimal(2150)
    )
    assert ("Büro und Geräte, anteilig",) in pulled.ask("SELECT name FROM pulled.costs")


def test_the_spend_of_the_ad_platforms_is_that_of_the_campaigns(tmp_path: Path) -> None:
    """To the cent, over all months."""
    company = generate(OPTIONS)
    write_files(tmp_path, company)
    book = load_workbook(tmp_path / "media.xlsx", data_only=True)
    spent = sum(
        (Decimal(str(row[4])) for row in book["Report"].iter_rows(min_row=4, values_only=True)),
        start=Decimal(0),
    )
    book.close()
    paid = {Channel.PAID_SEARCH, Channel.PAID_SOCIAL}
    assert spent == sum(
        item.amount
        for campaign in company.background.campaigns
        if campaign.channel in paid
        for item in campaign.spend
    )


def test_those_who_answer_are_customers_of_the_company(pulled: Pulled) -> None:
    """By their addresses; scores are on the scale."""
    emails = {person.email for person in pulled.company.people}
    answers = pulled.ask("SELECT email, score FROM pulled.survey_responses")
    assert answers
    assert {email for email, _ in answers} <= emails
    assert {score for _, score in answers} <= set(range(1, 6))


def test_the_log_begins_with_a_month(pulled: Pulled) -> None:
    """Half a month would look like one in which hardly anybody came."""
    ((first, last),) = pulled.ask("SELECT min(viewed_at), max(viewed_at) FROM pulled.page_views")
    assert first.date() == BEGIN.date()
    assert last - first >= timedelta(days=59)


def test_the_log_has_the_visits_of_those_who_became_known(pulled: Pulled) -> None:
    """Each person of the months that it holds has sent a form once."""
    since = BEGIN
    new = [each for each in pulled.company.people if since <= each.created_at < OPTIONS.end]
    ((forms,),) = pulled.ask("SELECT count(*) FROM pulled.page_views WHERE page = '/thank-you'")
    assert new
    assert abs(forms - len(new)) <= 2  # of the last minutes before the end a form may be missing


def test_every_way_to_the_site_is_a_channel(pulled: Pulled) -> None:
    """Paid ones by their UTM parameters, the others by who referred."""
    found = pulled.ask("SELECT DISTINCT original_source FROM pulled.page_views")
    assert {channel for (channel,) in found} >= {
        "organic_search", "paid_search", "paid_social", "organic_social", "referral", "direct",
    }  # fmt: skip


def test_figures_cover_their_month_or_year(pulled: Pulled) -> None:
    """So that they can be spread over its days."""
    spans = pulled.ask(
        "SELECT name, first_day, last_day FROM pulled.figures WHERE first_day >= '2026-01-01'"
        " AND (name = 'market_size' OR channel = 'paid_search') ORDER BY name DESC, first_day"
    )
    assert spans[0] == ("market_size", date(2026, 1, 1), date(2026, 12, 31))
    assert spans[1] == ("ad_clicks", date(2026, 1, 1), date(2026, 1, 31))


def test_the_same_company_has_the_same_tables(tmp_path: Path) -> None:
    """What is drawn for files changes nothing else, and comes out the same again."""
    company = generate(OPTIONS)
    for name in ("once", "again"):
        write_files(tmp_path / name, company)
    texts = [each.relative_to(tmp_path / "once") for each in (tmp_path / "once").rglob("*.*")]
    assert len(texts) >= 8
    for text in texts:
        if text.suffix != ".xlsx":  # a workbook tells when it was saved
            assert (tmp_path / "once" / text).read_bytes() == (
                tmp_path / "again" / text
            ).read_bytes()


@pytest.mark.parametrize("deal_amount", ["1e400", "9" * 41 + ".99", "Infinity", "-5", "abc", None])
def test_a_mistyped_deal_earns_no_commission(tmp_path: Path, deal_amount: str | None) -> None:
    """Whatever stands in an amount, the ledger is written: on most days some deal has nonsense."""
    company = generate(replace(OPTIONS, contacts=60))
    deals = [deal for account in company.accounts for deal in account.deals]
    odd = next(deal for deal in deals if deal.outcome is Outcome.WON)
    accounts = tuple(
        replace(
            account,
            deals=tuple(
                replace(deal, amount=deal_amount) if deal is odd else deal for deal in account.deals
            ),
        )
        for account in company.accounts
    )
    write_files(tmp_path, replace(company, accounts=accounts))
    assert "e+" not in (tmp_path / "ledger.csv").read_text(encoding="cp1252").lower()
