"""The client for one HubSpot account: key, limits, and how HubSpot says no."""

import re
from collections.abc import Mapping

from kpiloop import CredentialError, KpiloopError, QuotaError, ScopeError, Source
from kpiloop.web_api import Answer, Api, Auth, BearerToken, DailyLimit, Limit, OAuthRefresh
from kpiloop_hubspot.paths import OAUTH
from kpiloop_hubspot.settings import HubspotSettings

SEARCH = ("search",)
"""The limit that searches fall under, beside the one for all calls."""

_TOKEN_BURST = 190
_OAUTH_BURST = 110
_DAILY_LEFT = "X-HubSpot-RateLimit-Daily-Remaining"
_DAILY_POLICY = re.compile(rb'"policyName"\s*:\s*"DAILY"')
_TOO_MANY_REQUESTS = 429
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_WHERE_KEYS = "in HubSpot, make a key under Development > Keys > Service keys"


def connect(settings: HubspotSettings, source: Source) -> Api:
    """A client that keeps below the account's limits.

    Raises:
        CredentialError: The settings hold no key.
    """
    return Api(
        settings.base_url,
        system=source.name,
        auth=_auth(settings, source),
        limits=limits(settings),
        share=source.share,
        clock=source.clock,
        refusals=refusal,
    )


def limits(settings: HubspotSettings) -> tuple[Limit | DailyLimit, ...]:
    """What HubSpot enforces: a burst for every call, a rate for searches, and the day.

    Answers of searches carry no rate headers, so the rates are kept from what the plan says.
    """
    return (
        Limit("burst", calls=burst_of(settings), per=10),
        Limit("search", calls=settings.searches_per_second, per=1, always=False),
        DailyLimit("day", calls=settings.calls_per_day, remaining=_left_today),
    )


def burst_of(settings: HubspotSettings) -> int:
    """Calls in 10 seconds: what the settings say, else the most that such a key can have."""
    return settings.calls_per_10_seconds or (_TOKEN_BURST if settings.token else _OAUTH_BURST)


def refusal(answer: Answer) -> KpiloopError | None:
    """What HubSpot means where the common rules would say too little: keys, scopes and the day.

    A daily quota that is used up is final: waiting for the next second would not help.
    """
    if answer.status == _UNAUTHORIZED:
        return CredentialError(
            "HubSpot does not accept the key",
            where=f"source {answer.system}",
            todo=f"{_WHERE_KEYS}, and set KPILOOP_{answer.system.upper()}_TOKEN to it",
        )
    if answer.status == _FORBIDDEN and b"MISSING_SCOPES" in answer.body:
        return ScopeError(
            f"the key may not do this; it needs {_scopes_in(answer)}",
            where=f"source {answer.system}, {answer.method} {answer.path}",
            todo="in HubSpot, open the key under Development > Keys > Service keys, add the scope, "
            "then run `kpiloop doctor`",
        )
    if answer.status == _TOO_MANY_REQUESTS and _DAILY_POLICY.search(answer.body):
        return answer.error(
            QuotaError,
            "the account's calls for today are used up",
            todo="wait until midnight in the account's time zone, or buy the API limit increase",
        )
    return None


def _scopes_in(answer: Answer) -> str:
    """The scopes that the answer names: any of several is enough."""
    context = answer.find("context.requiredGranularScopes")
    names = [str(each) for each in context] if isinstance(context, list) else []
    return " or ".join(names) or "a scope that HubSpot does not name"


def _left_today(headers: Mapping[str, str]) -> int | None:
    left = headers.get(_DAILY_LEFT, "")
    return int(left) if left.isdecimal() else None


def _auth(settings: HubspotSettings, source: Source) -> Auth:
    if settings.token:
        return BearerToken(settings.token)
    if settings.client_id and settings.client_secret and settings.refresh_token:
        # A token is renewed before it runs out; a 401 then means that access was withdrawn.
        return OAuthRefresh(
            settings.base_url + OAUTH.at("token"),
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            refresh_token=settings.refresh_token,
            system=source.name,
            renew="expires_in",
            clock=source.clock,
        )
    raise CredentialError(
        "there is no key for HubSpot",
        where=f"[sources.{source.name}]",
        legal="token, or client_id with client_secret and refresh_token",
        todo=f"{_WHERE_KEYS} and put it into the environment as "
        f"KPILOOP_{source.name.upper()}_TOKEN",
    )
