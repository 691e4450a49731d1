"""What `kpiloop doctor` looks at in a Mailchimp account, changing nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from kpiloop import Account, Check, CheckStatus, CredentialError, RefusedError, ScopeError
from kpiloop.web_api import Answer, Api
from kpiloop_mailchimp.client import KEYS
from kpiloop_mailchimp.paths import (
    AUTOMATIONS,
    CAMPAIGNS,
    FACEBOOK_ADS,
    LANDING_PAGES,
    LISTS,
    REPORTS,
    STORES,
    SURVEYS,
)

_ROOT = "/"
_OTHERWISE = "make the key as a manager or administrator of the account, or do without"
_ABOUT: dict[str, str | int] = {"fields": "account_name,account_timezone,role"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Something that is read; a pull goes on without what it need not have."""

    what: str
    path: str
    must: bool = True


_PARTS = (
    _Part(what="reading audiences", path=LISTS),
    _Part(what="reading campaigns", path=CAMPAIGNS),
    _Part(what="reading reports", path=REPORTS),
    *(
        _Part(what=f"reading {what}", path=path, must=False)
        for what, path in (
            ("automations", AUTOMATIONS),
            ("orders and products", STORES),
            ("landing pages", LANDING_PAGES),
            ("surveys", SURVEYS),
            ("advertisements", FACEBOOK_ADS),
        )
    ),
)


def account(api: Api) -> Account:
    """The account's time zone, and its clock; its currency is each store's own."""
    answer = api.get(_ROOT, _ABOUT)
    return Account(timezone=_text(answer, "account_timezone"), now=_moment(answer))


def checks(api: Api) -> Iterator[Check]:
    """The key, the account, and each part of it that is read."""
    try:
        answer = api.get(_ROOT, _ABOUT)
    except (CredentialError, ScopeError) as error:
        yield Check(
            what="key", status=CheckStatus.FAILED, found=error.what, todo=f"make one under {KEYS}"
        )
        return
    found = ", ".join(_text(answer, name) for name in ("account_name", "account_timezone", "role"))
    yield Check(what="account", status=CheckStatus.OK, found=found)
    for part in _PARTS:
        yield _checked(api, part)


def _checked(api: Api, part: _Part) -> Check:
    try:
        api.get(part.path, {"count": 1, "fields": "total_items"})
    except (RefusedError, ScopeError) as error:
        status = CheckStatus.FAILED if part.must else CheckStatus.WARNING
        return Check(what=part.what, status=status, found=error.what, todo=_OTHERWISE)
    return Check(what=part.what, status=CheckStatus.OK)


def _text(answer: Answer, name: str) -> str:
    found = answer.find(name)
    return found if isinstance(found, str) else ""


def _moment(answer: Answer) -> datetime | None:
    """The time that the `Date` header tells, to the second."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
