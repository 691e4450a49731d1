"""The access logs of the company's web server, one for each month, with all that finds its way in.

Besides page views: style sheets, robots, pages that are not there, and a line that broke off.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.visits import SITE, Visit, visits

DAYS = 60
"""How long a server keeps its logs at least: it throws them away by the month."""
_STREAM = 11 << 36
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROBOT = "Mozilla/5.0 (compatible; Examplebot/2.1; +https://search.example/bot)"
_ROBOTS_A_DAY = 4


def write_logs(folder: Path, company: Company) -> None:
    """The last months, in lines that are in the order of their times."""
    folder.mkdir(exist_ok=True)
    files: dict[str, list[str]] = {}
    for moment, line in sorted(_lines(company)):
        files.setdefault(f"access-{moment:%Y-%m}.log", []).append(line)
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(company: Company) -> Iterator[tuple[datetime, str]]:
    options = company.options
    since = max(options.start, (options.end - timedelta(days=DAYS)).replace(day=1))
    for visit in visits(options, company.people, since):
        yield from _of_visit(visit)
    chance = Chance(options.seed, _STREAM)
    day = since
    while day < options.end:
        for _ in range(_ROBOTS_A_DAY):
            moment = (day + timedelta(hours=24 * chance.share())).replace(microsecond=0)
            yield moment, _line(moment, "203.0.113.9", "/", _ROBOT)
        day += timedelta(days=1)
    yield since, f'192.0.2.7 - - [{_clock(since)}] "GET /pri'


def _of_visit(visit: Visit) -> Iterator[tuple[datetime, str]]:
    referrer, query = visit.referrer, f"?{urlencode(visit.utm)}" if visit.utm else ""
    for moment, page in visit.views:
        yield moment, _line(moment, visit.ip, page + query, visit.agent, referrer=referrer)
        yield moment, _line(moment, visit.ip, "/style.css", visit.agent, referrer=_own(page))
        referrer, query = _own(page), ""


def _own(page: str) -> str:
    return f"https://{SITE}{page}"


def _line(moment: datetime, ip: str, target: str, agent: str, *, referrer: str = "") -> str:
    size = 2_000 + len(target) * 37
    return (
        f'{ip} - - [{_clock(moment)}] "GET {target} HTTP/1.1" 200 {size}'
        f' "{referrer or "-"}" "{agent}"'
    )


def _clock(moment: datetime) -> str:
    return f"{moment:%d}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"
