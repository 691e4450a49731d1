"""What `kpiloop doctor` looks at in an org, changing nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import Account, Check, CheckStatus, CredentialError, RefusedError, ScopeError
from kpiloop.web_api import Answer, Api
from kpiloop_salesforce.answers import FOUND, Row
from kpiloop_salesforce.auth import WHERE_KEYS
from kpiloop_salesforce.describe import Describes
from kpiloop_salesforce.objects import Objects
from kpiloop_salesforce.paths import VERSIONS, data
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_salesforce.soql import Question

_NEEDED = (
    "User",
    "Account",
    "Contact",
    "Lead",
    "Opportunity",
    "OpportunityStage",
    "OpportunityHistory",
    "OpportunityContactRole",
)
_USEFUL = (
    "LeadHistory",
    "Campaign",
    "CampaignMember",
    "Task",
    "Event",
    "Product2",
    "Order",
    "OrderItem",
)
_FEW_CALLS = 2_000


class Version(BaseModel):
    """A version of the API that the org speaks."""

    model_config = ConfigDict(frozen=True)

    version: str


class Limit(BaseModel):
    """A limit of the org, and what is left of it."""

    model_config = ConfigDict(frozen=True)

    most: int = Field(validation_alias="Max")
    left: int = Field(validation_alias="Remaining")


class Limits(BaseModel):
    """The limits that matter here."""

    model_config = ConfigDict(frozen=True)

    calls: Limit = Field(validation_alias="DailyApiRequests")


_VERSIONS: TypeAdapter[Sequence[Version]] = TypeAdapter(Sequence[Version])
_LIMITS = TypeAdapter(Limits)


def account(objects: Objects) -> Account:
    """The org's time zone and, where it has several currencies, its corporate one."""
    answer, org = _first(objects, "Organization", ("TimeZoneSidKey",))
    currency: Row = {}
    if objects.describes.has("CurrencyType"):
        _, currency = _first(objects, "CurrencyType", ("IsoCode",), "IsCorporate = true")
    return Account(
        timezone=str(org.get("TimeZoneSidKey") or ""),
        currency=str(currency.get("IsoCode") or ""),
        now=_moment(answer.headers.get("Date", "")),
    )


def checks(api: Api, settings: SalesforceSettings) -> Iterator[Check]:
    """The session, the version, each object that a stream reads, and the day's calls."""
    try:
        answer = api.get(data(settings.version, "limits"))
    except (CredentialError, ScopeError) as error:
        yield Check(what="session", status=CheckStatus.FAILED, found=error.what, todo=WHERE_KEYS)
        return
    except RefusedError:
        yield _version(api, settings)
        return
    yield Check(what="session", status=CheckStatus.OK)
    yield _version(api, settings)
    describes = Describes(api, settings.version)
    for sobject in (*_NEEDED, *_USEFUL):
        yield _readable(describes, sobject, must=sobject in _NEEDED)
    yield _calls(answer.parse(_LIMITS).calls)


def _version(api: Api, settings: SalesforceSettings) -> Check:
    spoken = [each.version for each in api.get(VERSIONS).parse(_VERSIONS)]
    if settings.version in spoken:
        return Check(what="version of the API", status=CheckStatus.OK, found=settings.version)
    newest = spoken[-1] if spoken else "none"
    return Check(
        what="version of the API",
        status=CheckStatus.FAILED,
        found=f"the org does not speak {settings.version}",
        todo=f'set version = "{newest}"',
    )


def _readable(describes: Describes, sobject: str, *, must: bool) -> Check:
    what = f"reading {sobject}"
    if describes.has(sobject):
        return Check(what=what, status=CheckStatus.OK)
    return Check(
        what=what,
        status=CheckStatus.FAILED if must else CheckStatus.WARNING,
        found="the user that the app runs as cannot see it",
        todo=f"give the user read access to {sobject}"
        + ("" if must else "; without it, its stream is left out"),
    )


def _calls(limit: Limit) -> Check:
    is_enough = limit.left >= _FEW_CALLS
    return Check(
        what="calls left of the last 24 hours",
        status=CheckStatus.OK if is_enough else CheckStatus.WARNING,
        found=f"{limit.left} of {limit.most}",
        todo="" if is_enough else "a first full pull may need more: begin it later",
    )


def _first(
    objects: Objects, sobject: str, fields: Sequence[str], *where: str
) -> tuple[Answer, Row]:
    """The answer with an object's only record, and that record."""
    visible = objects.describes.of(sobject).of(fields)
    question = Question(sobject=sobject, fields=("Id", *visible), where=where)
    queries = objects.queries
    answer = queries.api.get(data(queries.version, "query"), {"q": question.soql()})
    records = answer.parse(FOUND).records
    nothing: Row = {}
    return answer, records[0] if records else nothing


def _moment(date: str) -> datetime | None:
    """The time that a `Date` header tells, to the second."""
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None
