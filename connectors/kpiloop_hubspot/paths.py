"""Where HubSpot's endpoints are: each with a version of its own, because each retires by itself.

HubSpot's versions are dates, new ones come in March and September, and one is supported for 18
months. The older `v1` to `v4` paths end in 2027: they are used only for what has no successor yet.
"""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A family of paths and the version of it that is spoken here."""

    family: str
    version: str

    def at(self, *parts: str) -> str:
        """The path of something in the family; its parts are quoted."""
        tail = "".join(f"/{quote(part, safe='')}" for part in parts)
        return f"/{self.family}/{self.version}{tail}"


ACCOUNT = Endpoint("account-info", "2026-03")
ASSOCIATIONS = Endpoint("crm/associations", "2026-09")
CAMPAIGNS = Endpoint("marketing/campaigns", "2026-09")
CURRENCIES = Endpoint("settings/currencies", "2026-03")
EMAILS = Endpoint("marketing/emails", "2026-09")
EMAIL_EVENTS = Endpoint("email/public", "v1")
EVENTS = Endpoint("events/event-occurrences", "2026-09")
FORMS = Endpoint("marketing", "v3")
LIMITS = Endpoint("crm/limits", "2026-09")
OAUTH = Endpoint("oauth", "2026-09")
OBJECTS = Endpoint("crm/objects", "2026-09")
OWNERS = Endpoint("crm/owners", "2026-09")
PIPELINES = Endpoint("crm/pipelines", "2026-09")
PROPERTIES = Endpoint("crm/properties", "2026-09")
SUBMISSIONS = Endpoint("form-integrations", "v1")
TRAFFIC = Endpoint("analytics", "v2")
