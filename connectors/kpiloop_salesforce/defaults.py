"""What a new org calls statuses and sources, and what the common ladder and channels call them."""

from kpiloop import ChannelRule
from kpiloop_salesforce.history import CONVERTED

STAGES = {
    "New": "lead",
    "Open - Not Contacted": "lead",
    "Open": "lead",
    "Contacted": "lead",
    "Nurturing": "lead",
    "Working - Contacted": "mql",
    "Working": "mql",
    "Marketing Qualified": "mql",
    "MQL": "mql",
    "Sales Qualified": "sql",
    "SQL": "sql",
    "Qualified": "sql",
    "Closed - Converted": "sql",
    CONVERTED: "opportunity",
}

_SOURCES = {
    "Organic Search": "organic_search",
    "Paid Search": "paid_search",
    "Paid Social": "paid_social",
    "Advertisement": "paid_social",
    "Social": "organic_social",
    "Email": "email",
    "Web": "direct",
    "Partner": "referral",
    "Partner Referral": "referral",
    "Employee Referral": "referral",
    "External Referral": "referral",
    "Word of mouth": "referral",
    "Phone Inquiry": "offline",
    "Public Relations": "offline",
    "Purchased List": "offline",
    "Seminar - Internal": "offline",
    "Seminar - Partner": "offline",
    "Trade Show": "offline",
    "Other": "other",
}
CHANNELS = tuple(
    ChannelRule(channel=channel, where=f"original_source = '{source}'")
    for source, channel in _SOURCES.items()
)
