"""The client for one Mailchimp account: key, limits, and how Mailchimp says no."""

import re

from kpiloop import CredentialError, KpiloopError, ScopeError, Source, UnavailableError
from kpiloop.web_api import Answer, Api, Auth, BasicAuth, BearerToken, Concurrency
from kpiloop_mailchimp.settings import MailchimpSettings

VERSION = "3.0"

_DATA_CENTER = re.compile(r"-([a-z]+[0-9]+)$")
_UNAUTHORIZED = 401
_FORBIDDEN = 403
KEYS = "Account & billing > Extras > API keys"


def connect(settings: MailchimpSettings, source: Source) -> Api:
    """A client that opens no more connections than the account allows.

    Raises:
        CredentialError: The settings hold no key, or do not tell the data center.
    """
    auth = _auth(settings, source)
    return Api(
        f"{settings.base_url or _address(settings, source)}/{VERSION}",
        system=source.name,
        auth=auth,
        limits=(Concurrency("connections", settings.connections),),
        share=source.share,
        clock=source.clock,
        refusals=refusal,
    )


def refusal(answer: Answer) -> KpiloopError | None:
    """What Mailchimp means where the common rules would say something else.

    Its own refusals are problem documents (RFC 7807). A 403 without one comes from the gate before
    the API, which turns away who asks too much: it is worth another try.
    """
    if answer.status == _UNAUTHORIZED:
        return CredentialError(
            "Mailchimp does not accept the key",
            where=f"source {answer.system}",
            todo=f"in Mailchimp, make a key under {KEYS}, and set"
            f" KPILOOP_{answer.system.upper()}_API_KEY to it",
        )
    if answer.status != _FORBIDDEN:
        return None
    if not _is_problem(answer):
        return answer.error(UnavailableError, "Mailchimp turns requests away: too many came")
    return ScopeError(
        "the key's user may not do this",
        where=f"source {answer.system}, {answer.method} {answer.path}",
        todo=f"make the key as a manager or administrator of the account, under {KEYS}",
    )


def _is_problem(answer: Answer) -> bool:
    return "json" in answer.headers.get("Content-Type", "").lower()


def _auth(settings: MailchimpSettings, source: Source) -> Auth:
    if settings.api_key:
        # The user's name may be anything; the key is the password.
        return BasicAuth("kpiloop", settings.api_key)
    if settings.token:
        return BearerToken(settings.token)
    raise CredentialError(
        "there is no key for Mailchimp",
        where=f"[sources.{source.name}]",
        legal="api_key, or token with data_center",
        todo=f"in Mailchimp, make a key under {KEYS} and put it into the environment as"
        f" KPILOOP_{source.name.upper()}_API_KEY",
    )


def _address(settings: MailchimpSettings, source: Source) -> str:
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    in_key = _DATA_CENTER.search(key)
    data_center = settings.data_center or (in_key[1] if in_key else "")
    if not data_center:
        raise CredentialError(
            "nothing tells the account's data center",
            where=f"[sources.{source.name}]",
            legal="a key that ends with it, as in …-us6, or data_center",
            todo='copy the whole key, or set data_center = "us6" as the address of your Mailchimp'
            " shows it",
        )
    return f"https://{data_center}.api.mailchimp.com"
