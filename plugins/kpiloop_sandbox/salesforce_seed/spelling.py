"""How the company's Salesforce spells what it knows: statuses, stages, sources, times."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from kpiloop_sandbox.company.model import Channel, Stage
from kpiloop_sandbox.salesforce.times import seconds_of

TIME_ZONE = "Europe/Berlin"
_ZONE = ZoneInfo(TIME_ZONE)
Stamps = dict[str, str | int]

LEAD_STATUSES: dict[str, str] = {
    Stage.SUBSCRIBER: "Open - Not Contacted",
    Stage.LEAD: "Closed - Not Converted",  # whom sales sent back
    Stage.MQL: "Open - Not Contacted",
    Stage.SQL: "Working - Contacted",
    Stage.OPPORTUNITY: "Working - Contacted",
    Stage.CUSTOMER: "Working - Contacted",
}
CONVERTED = "Closed - Converted"
STAGES = {
    "appointment": "Prospecting",
    "qualified": "Qualification",
    "presented": "Value Proposition",
    "decider": "Id. Decision Makers",
    "contract": "Negotiation/Review",
    "won": "Closed Won",
    "lost": "Closed Lost",
    "due": "Renewal Due",
    "offered": "Proposal/Price Quote",
    "ordered": "Closed Won",
    "declined": "Closed Lost",
}
PROBABILITIES = {
    "Prospecting": 10,
    "Qualification": 20,
    "Value Proposition": 50,
    "Id. Decision Makers": 60,
    "Renewal Due": 65,
    "Proposal/Price Quote": 75,
    "Negotiation/Review": 90,
    "Closed Won": 100,
    "Closed Lost": 0,
}
"""Every stage in its order, with its chance in percent."""
WON, LOST = "Closed Won", "Closed Lost"
SOURCES = {
    Channel.ORGANIC_SEARCH: "Organic Search",
    Channel.PAID_SEARCH: "Paid Search",
    Channel.PAID_SOCIAL: "Paid Social",
    Channel.SOCIAL: "Social",
    Channel.EMAIL: "Email",
    Channel.DIRECT: "Web",
    Channel.REFERRAL: "Partner Referral",
    Channel.EVENTS: "Trade Show",
}
CAMPAIGN_TYPES = {
    Channel.PAID_SEARCH: "Advertisement",
    Channel.PAID_SOCIAL: "Social Media",
    Channel.EMAIL: "Email",
    Channel.EVENTS: "Conference",
}


def day_of(moment: datetime) -> str:
    """The day in the company's time zone."""
    return moment.astimezone(_ZONE).date().isoformat()


def iso(day: date) -> str:
    """A day that has no time zone."""
    return day.isoformat()


def made(by: str, at: datetime) -> Stamps:
    """Who made a record that is never changed, and when."""
    return {"CreatedDate": seconds_of(at), "CreatedById": by}


def stamps(by: str, created: datetime, changed: datetime) -> Stamps:
    """Who made a record, and when it was made and changed."""
    last = seconds_of(changed)
    return {
        **made(by, created),
        "LastModifiedDate": last,
        "LastModifiedById": by,
        "SystemModstamp": last,
    }
