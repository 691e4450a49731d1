"""How satisfied customers are with what they bought, as a survey tool exports it."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Company, Outcome

HEADING = ("Response", "E-mail", "Product", "Satisfaction (1-5)", "Answered (Berlin)")
_BERLIN = ZoneInfo("Europe/Berlin")
_STREAM = 10 << 36
_ANSWERS = 0.3
_SCORES = Weighted(((5, 0.42), (4, 0.33), (3, 0.14), (2, 0.07), (1, 0.04)))
_ASKED_AFTER = timedelta(days=14)


def write_survey(path: Path, company: Company) -> None:
    """The answers of people whose deal was won two weeks before."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADING)
        table.writerows(_answers(company))


def _answers(company: Company) -> Iterator[tuple[object, ...]]:
    emails = {person.key: person.email for person in company.people}
    for deal in company.deals:
        if deal.outcome is not Outcome.WON or not deal.persons:
            continue
        email = emails.get(deal.persons[0])
        chance = Chance(company.options.seed, _STREAM + deal.key)
        hours, answers = 72 * chance.share(), chance.happens(_ANSWERS)
        answered = deal.closes_at + _ASKED_AFTER + timedelta(hours=hours)
        score = _SCORES.pick(chance.share())
        if answers and email and answered < company.options.end:
            local = answered.astimezone(_BERLIN)
            yield f"r{deal.key}", email, deal.product, score, f"{local:%d.%m.%Y %H:%M}"
