"""Writes the demo company's folder of files, each as the program that makes it would write it."""

from pathlib import Path

from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.files_seed.access_log import write_logs
from kpiloop_sandbox.files_seed.ledger import write_ledger
from kpiloop_sandbox.files_seed.market import write_market
from kpiloop_sandbox.files_seed.media import write_media
from kpiloop_sandbox.files_seed.social import write_social
from kpiloop_sandbox.files_seed.survey import write_survey


def write_files(folder: Path, company: Company) -> None:
    """Write all of them into a folder, which is made; the same company gives the same tables."""
    folder.mkdir(parents=True, exist_ok=True)
    write_ledger(folder / "ledger.csv", company)
    write_media(folder / "media.xlsx", company)
    write_social(folder / "social posts.csv", company)
    write_survey(folder / "satisfaction.csv", company)
    write_market(folder / "market.csv", company)
    write_logs(folder / "logs", company)
