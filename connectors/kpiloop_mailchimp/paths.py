"""Where Mailchimp's endpoints are, below the version."""

from urllib.parse import quote

LISTS = "/lists"
CAMPAIGNS = "/campaigns"
REPORTS = "/reports"
AUTOMATIONS = "/automations"
STORES = "/ecommerce/stores"
LANDING_PAGES = "/reporting/landing-pages"
SURVEYS = "/reporting/surveys"
FACEBOOK_ADS = "/reporting/facebook-ads"


def below(family: str, *parts: str) -> str:
    """The path of something in a family; its parts are quoted."""
    return family + "".join(f"/{quote(part, safe='')}" for part in parts)
