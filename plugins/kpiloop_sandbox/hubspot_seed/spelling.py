"""How HubSpot spells what the demo company knows: stages, sources, moments, time zones."""

from datetime import datetime

from kpiloop_sandbox.company.model import Channel, Source, Stage

LIFECYCLE_STAGES: dict[str, str] = {
    Stage.SUBSCRIBER: "subscriber",
    Stage.LEAD: "lead",
    Stage.MQL: "marketingqualifiedlead",
    Stage.SQL: "salesqualifiedlead",
    Stage.OPPORTUNITY: "opportunity",
    Stage.CUSTOMER: "customer",
}
SOURCES = {
    Channel.ORGANIC_SEARCH: "ORGANIC_SEARCH",
    Channel.PAID_SEARCH: "PAID_SEARCH",
    Channel.PAID_SOCIAL: "PAID_SOCIAL",
    Channel.SOCIAL: "SOCIAL_MEDIA",
    Channel.EMAIL: "EMAIL_MARKETING",
    Channel.DIRECT: "DIRECT_TRAFFIC",
    Channel.REFERRAL: "REFERRALS",
    Channel.EVENTS: "OFFLINE",
}
CAMPAIGN_CHANNELS = {
    Channel.PAID_SEARCH: "paid_search",
    Channel.PAID_SOCIAL: "paid_social",
    Channel.EMAIL: "email",
    Channel.EVENTS: "offline",
}
"""What the company types into the campaign property `channel`, which HubSpot does not have."""
PIPELINES = {"new_business": "default", "orders": "74512093"}
DEAL_STAGES = {
    "appointment": "appointmentscheduled",
    "qualified": "qualifiedtobuy",
    "presented": "presentationscheduled",
    "decider": "decisionmakerboughtin",
    "contract": "contractsent",
    "won": "closedwon",
    "lost": "closedlost",
    "due": "142850731",
    "offered": "142850732",
    "ordered": "142850733",
    "declined": "142850734",
}
_ENCRYPTED_SEARCH = "Unknown keywords (SSL)"
_OWN_SITE = "www.acme.example/"


def moment(value: datetime) -> str:
    """ISO 8601 with `Z`; HubSpot leaves the milliseconds out of whole seconds."""
    precision = "milliseconds" if value.microsecond else "seconds"
    return value.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def time_zone(name: str) -> str:
    """`Europe/Berlin` becomes `europe_slash_berlin`."""
    return name.lower().replace("/", "_slash_")


def drill_downs(source: Source) -> tuple[str, str]:
    """What stands in the two drill-downs of a traffic source; each channel fills them its way."""
    match source.channel:
        case Channel.ORGANIC_SEARCH:
            return _ENCRYPTED_SEARCH, source.detail.upper()
        case Channel.PAID_SEARCH | Channel.EMAIL:
            return source.utm_campaign or source.detail, source.detail
        case Channel.EVENTS:
            return "IMPORT", source.utm_campaign or source.detail
        case Channel.DIRECT:
            return _OWN_SITE, ""
        case _:
            return source.detail, source.utm_campaign
