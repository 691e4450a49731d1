"""The export of a social-media tool: posts with what came back, in UTF-8 with a mark."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from kpiloop_sandbox.company.chance import Chance, Weighted
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import midnight
from kpiloop_sandbox.files_seed.months import months

HEADING = (
    "Post ID", "Published", "Network", "Text", "Impressions", "Reach", "Likes", "Comments",
    "Shares", "Clicks",
)  # fmt: skip
_STREAM = 9 << 36
_POSTS_A_MONTH = 6
_NETWORKS = Weighted((("linkedin", 0.55), ("facebook", 0.25), ("mastodon", 0.2)))
_TOPICS = (
    "How forecasting saves a planner's Monday",
    "Meet us at the fair: \u201cquality, measured\u201d",
    "Three questions before you choose a system, and one after",
    "New: training in small groups",
    "A customer tells: half the stock, twice the calm",
)


def write_social(path: Path, company: Company) -> None:
    """Six posts a month."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADING)
        table.writerows(_posts(company))


def _posts(company: Company) -> Iterator[tuple[object, ...]]:
    chance = Chance(company.options.seed, _STREAM)
    number = 0
    for month in months(company.options):
        for week in range(_POSTS_A_MONTH):
            number += 1
            shown = round(chance.spread(900, 0.6))
            reach = round(shown * (0.6 + 0.3 * chance.share()))
            hours = timedelta(days=1 + 4 * week, hours=7 + 9 * chance.share())
            posted = (midnight(month) + hours).replace(microsecond=0)
            row = (
                f"post-{number:05}",
                posted.isoformat(),
                _NETWORKS.pick(chance.share()),
                _TOPICS[chance.below(len(_TOPICS))],
                shown,
                reach,
                *(round(reach * rate * chance.share()) for rate in (0.05, 0.008, 0.01, 0.03)),
            )
            if company.options.start <= posted < company.options.end:
                yield row
