"""The website's traffic as HubSpot's reports tell it: many visits for each person who turned up."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.forms import Submission
from kpiloop_sandbox.company.model import Channel
from kpiloop_sandbox.company.options import CompanyOptions, midnight
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.routes.traffic import traffic_by
from kpiloop_sandbox.hubspot.times import to_ms

_STREAMS = 9 << 36
_FEWEST_VISITS, _MORE_VISITS = 18, 25
_VISITORS, _VIEWS = 0.82, 2.4
_SOURCES = {
    Channel.ORGANIC_SEARCH: "organic",
    Channel.PAID_SEARCH: "paid",
    Channel.PAID_SOCIAL: "paid-social",
    Channel.SOCIAL: "social",
    Channel.EMAIL: "email",
    Channel.DIRECT: "direct",
    Channel.REFERRAL: "referrals",
    Channel.EVENTS: "offline",
}
Key = tuple[date, str, str]


class Visits:
    """Counts visits while people send their forms: by source, campaign and page."""

    def __init__(self, options: CompanyOptions) -> None:
        self._options = options
        self._visits: Counter[Key] = Counter()
        self._contacts: Counter[Key] = Counter()

    def count(self, sent: Submission) -> None:
        """The visits of a day on which a form was sent: most people look and send nothing."""
        chance = Chance(self._options.seed, _STREAMS + sent.person.key * 2 + sent.place)
        visits = _FEWEST_VISITS + chance.below(_MORE_VISITS)
        day = sent.at.date()
        keys: list[Key] = [
            (day, "totals", ""),
            (day, "sources", _SOURCES[sent.source.channel]),
            (day, "pages", f"www.acme.example{sent.form.page}"),
        ]
        if sent.source.utm_campaign:
            keys.append((day, "utm-campaigns", sent.source.utm_campaign))
        for key in keys:
            self._visits[key] += visits
            self._contacts[key] += sent.place == 0

    def days(self) -> Iterator[Happening]:
        """A row for each day of each report."""
        for key, visits in self._visits.items():
            day, report, name = key
            yield Happening(
                collection=traffic_by(report),
                at=to_ms(_start(day)),
                id=name,
                body={
                    "rawViews": int(visits * _VIEWS),
                    "visits": visits,
                    "visitors": int(visits * _VISITORS),
                    "contacts": self._contacts[key],
                },
            )


def _start(day: date) -> datetime:
    return midnight(day)
