"""Which of HubSpot's pages people viewed: those with its forms, just before they sent one.

HubSpot serves these pages itself, so they stand in no log of the web server's: what the two tell of
adds up to all views, and no view is told twice.
"""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from kpiloop_sandbox.company.chance import Chance
from kpiloop_sandbox.company.forms import Submission
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.company.visits import SITE
from kpiloop_sandbox.hubspot.happenings import Happening
from kpiloop_sandbox.hubspot.routes.events import VISITED_PAGE, occurrences_of
from kpiloop_sandbox.hubspot.times import to_ms
from kpiloop_sandbox.hubspot_seed.ids import Ids
from kpiloop_sandbox.hubspot_seed.spelling import SOURCES

_STREAMS = 12 << 36
_PLACES = 4
_FEWEST_SECONDS, _MORE_SECONDS = 20, 100


def page_view(sent: Submission, ids: Ids, options: CompanyOptions) -> Happening:
    """The view of the page with the form that somebody then sent."""
    chance = Chance(options.seed, _STREAMS + sent.person.key * _PLACES + sent.place)
    seconds = _FEWEST_SECONDS + chance.below(_MORE_SECONDS)
    at, person = to_ms(sent.at - timedelta(seconds=seconds)), ids.person(sent.person)
    key = uuid5(NAMESPACE_URL, f"{options.seed}/view/{sent.person.key}/{sent.place}")
    return Happening(
        collection=occurrences_of(VISITED_PAGE),
        at=at,
        id=f"leviathan-{key}-{at}",
        body={"objectId": person, "properties": _properties(sent)},
    )


def _properties(sent: Submission) -> dict[str, str]:
    source, page = sent.source, sent.form.page
    return {
        "hs_url": f"https://{SITE}{page}",
        "hs_url_domain": SITE,
        "hs_url_path": page,
        "hs_title": sent.form.name,
        "hs_referrer": f"https://{SITE}/",
        "hs_visit_source": SOURCES[source.channel],
        "hs_utm_source": source.utm_source,
        "hs_utm_medium": source.utm_medium,
        "hs_utm_campaign": source.utm_campaign,
        "hs_country": "",
    }
