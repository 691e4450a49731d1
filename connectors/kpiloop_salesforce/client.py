"""The client for one org: session, limits, and how Salesforce says no."""

import re
from collections.abc import Mapping

from kpiloop import (
    CredentialError,
    KpiloopError,
    QuotaError,
    ScopeError,
    Source,
    UnavailableError,
)
from kpiloop.web_api import Answer, Api, DailyLimit
from kpiloop_salesforce.auth import WHERE_KEYS, Session
from kpiloop_salesforce.settings import SalesforceSettings

_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
_CODE = re.compile(rb'"errorCode"\s*:\s*"([A-Z_]+)"')
_UNAUTHORIZED = 401
_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "SERVER_UNAVAILABLE"})
_NO_RIGHT = frozenset({"INVALID_TYPE", "INSUFFICIENT_ACCESS", "API_DISABLED_FOR_ORG"})


def connect(settings: SalesforceSettings, source: Source) -> Api:
    """A client that leaves the rest of the day's calls to the org's other integrations."""
    return Api(
        settings.base_url,
        system=source.name,
        auth=Session(settings, source),
        limits=(DailyLimit("day", calls=settings.calls_per_day, remaining=left_today),),
        share=source.share,
        clock=source.clock,
        refusals=refusal,
    )


def left_today(headers: Mapping[str, str]) -> int | None:
    """How many calls the org has left, as every answer says: `api-usage=18/15000`."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return max(int(found[2]) - int(found[1]), 0) if found else None


def code_of(answer: Answer) -> str:
    """Salesforce's own name of the error; empty where it gives none."""
    found = _CODE.search(answer.body)
    return found[1].decode() if found else ""


def refusal(answer: Answer) -> KpiloopError | None:
    """What Salesforce means where the common rules would say too little."""
    code = code_of(answer)
    if answer.status == _UNAUTHORIZED:
        return CredentialError(
            "Salesforce ended the session and opens no other",
            where=f"source {answer.system}",
            todo=f"{WHERE_KEYS}, whether the app and the user that it runs as are still active",
        )
    if code == "REQUEST_LIMIT_EXCEEDED":
        return answer.error(
            QuotaError,
            "the org's calls for the last 24 hours are used up",
            todo="wait some hours, or look under Setup > Company Information who uses them",
        )
    if code in _PASSING:
        return answer.error(UnavailableError, f"Salesforce is busy: {code}")
    if code in _NO_RIGHT:
        return ScopeError(
            f"the user that the app runs as may not read this: {code}",
            where=f"source {answer.system}, {answer.method} {answer.path}",
            todo="give the user read access to the object, then run `kpiloop doctor`",
        )
    return None
