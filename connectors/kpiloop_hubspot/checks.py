"""What `kpiloop doctor` looks at in a HubSpot account, changing nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import (
    Account,
    Check,
    CheckStatus,
    CredentialError,
    NotFoundError,
    RefusedError,
    ScopeError,
)
from kpiloop.web_api import Answer, Api
from kpiloop_hubspot.capacity import KEYS, WRITABLE, may_define, may_write
from kpiloop_hubspot.client import burst_of
from kpiloop_hubspot.extras import EXTRAS
from kpiloop_hubspot.paths import ACCOUNT, CAMPAIGNS, OBJECTS, OWNERS, PIPELINES
from kpiloop_hubspot.settings import HubspotSettings

_BURST = "X-HubSpot-RateLimit-Max"
_DAILY = "X-HubSpot-RateLimit-Daily-Remaining"
_FEW_CALLS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A scope of the key, what it is for, and how to find out whether it is there."""

    scope: str
    used_for: str
    is_there: Callable[[], bool]
    must: bool = True
    otherwise: str = ""
    """What to do where the key cannot be given the scope."""


class _Details(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: int = Field(validation_alias="portalId")
    timezone: str = Field("", validation_alias="timeZone")
    currency: str = Field("", validation_alias="companyCurrency")


_DETAILS = TypeAdapter(_Details)


def account(api: Api) -> Account:
    """The account's time zone and currency, which HubSpot's own reports use, and its clock."""
    answer = api.get(ACCOUNT.at("details"))
    details = answer.parse(_DETAILS)
    return Account(
        timezone=details.timezone,
        currency=details.currency,
        now=_moment(answer.headers.get("Date", "")),
    )


def checks(api: Api, settings: HubspotSettings) -> Iterator[Check]:
    """The key, the account, each right that a stream or a write needs, and the limits."""
    try:
        answer = api.get(ACCOUNT.at("details"))
    except (CredentialError, ScopeError) as error:
        yield Check(
            what="key", status=CheckStatus.FAILED, found=error.what, todo=f"make one under {KEYS}"
        )
        return
    yield _account(answer)
    for right in rights(api, settings):
        yield _checked(right)
    yield from _limits(answer, settings)


def rights(api: Api, settings: HubspotSettings) -> Iterator[Right]:
    """Every scope that the connector can use; those of extras and for writing may be missing."""
    yield from _to_read(api, settings)
    yield from _to_read_extras(api)
    yield from _to_write(api)


def _to_read(api: Api, settings: HubspotSettings) -> Iterator[Right]:
    for entity in WRITABLE:
        yield Right(
            scope=f"crm.objects.{entity}.read",
            used_for=f"reading {entity}",
            is_there=_may_read(api, OBJECTS.at(entity)),
        )
    for scope, what, path in (
        ("crm.objects.owners.read", "reading owners", OWNERS.at()),
        ("crm.schemas.deals.read", "reading pipelines", PIPELINES.at("deals")),
    ):
        yield Right(scope=scope, used_for=what, is_there=_may_read(api, path))
    if settings.campaigns:
        yield Right(
            scope="marketing.campaigns.read",
            used_for="reading campaigns and their costs",
            is_there=_may_read(api, CAMPAIGNS.at()),
            otherwise=", or set campaigns = false: it takes Marketing Hub Professional",
        )


def _to_read_extras(api: Api) -> Iterator[Right]:
    for extra in EXTRAS:
        yield Right(
            scope=extra.scope,
            used_for=f"reading {extra.what}",
            is_there=_may_read(api, extra.path, extra.params),
            must=False,
            otherwise=f", or do without: {extra.streams} are left out, and the pull goes on",
        )


def _to_write(api: Api) -> Iterator[Right]:
    for entity in WRITABLE:
        yield Right(
            scope=f"crm.schemas.{entity}.write",
            used_for=f"making properties of {entity}",
            is_there=_asking(may_define, api, entity),
            must=False,
        )
        yield Right(
            scope=f"crm.objects.{entity}.write",
            used_for=f"writing KPIs to {entity}",
            is_there=_asking(may_write, api, entity),
            must=False,
        )


def _may_read(
    api: Api, path: str, params: Mapping[str, str] = MappingProxyType({"limit": "1"})
) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            api.get(path, params)
        except ScopeError:
            return False
        return True

    return ask


def _asking(ask: Callable[[Api, str], bool], api: Api, entity: str) -> Callable[[], bool]:
    return lambda: ask(api, entity)


def _checked(right: Right) -> Check:
    what = f"{right.used_for} ({right.scope})"
    try:
        is_there = right.is_there()
    except NotFoundError:
        return Check(
            what=what,
            status=CheckStatus.WARNING,
            found="HubSpot has no such thing here (any more)",
            todo="nothing: what it would tell is left out, and the pull goes on",
        )
    except RefusedError as error:
        return Check(what=what, status=CheckStatus.WARNING, found=error.what)
    if is_there:
        return Check(what=what, status=CheckStatus.OK)
    return Check(
        what=what,
        status=CheckStatus.FAILED if right.must else CheckStatus.WARNING,
        found="the key lacks the scope",
        todo=f"add {right.scope} to the key under {KEYS}{right.otherwise}",
    )


def _account(answer: Answer) -> Check:
    details = answer.parse(_DETAILS)
    found = f"{details.id}, {details.timezone}, {details.currency}"
    return Check(what="account", status=CheckStatus.OK, found=found)


def _moment(date: str) -> datetime | None:
    """The time that a `Date` header tells, to the second."""
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None


def _limits(answer: Answer, settings: HubspotSettings) -> Iterator[Check]:
    granted = answer.headers.get(_BURST, "")
    assumed = burst_of(settings)
    if granted.isdecimal() and int(granted) < assumed:
        yield Check(
            what="calls per 10 seconds",
            status=CheckStatus.WARNING,
            found=f"the account grants {granted}, kpiloop counts on {assumed}",
            todo=f"set calls_per_10_seconds = {granted}",
        )
    left = answer.headers.get(_DAILY, "")
    if left.isdecimal():
        is_enough = int(left) >= _FEW_CALLS
        yield Check(
            what="calls left today",
            status=CheckStatus.OK if is_enough else CheckStatus.WARNING,
            found=left,
            todo="" if is_enough else "a first full pull may need more: begin it tomorrow",
        )
