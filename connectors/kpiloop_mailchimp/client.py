"""The client for one Mailchimp account: key, limits, and how Mailchimp says no."""

import re

from pydantic import SecretStr

from kpiloop import CredentialError, KpiloopError, ScopeError, Source, UnavailableError
from kpiloop.web_api import Answer, Api, Auth, BasicAuth, BearerToken, Concurrency, KeyHeader
from kpiloop_mailchimp.settings import MailchimpSettings

VERSION = "3.0"

_DATA_CENTER = re.compile(r"-([a-z]+[0-9]+)$")
_UNAUTHORIZED = 401
_FORBIDDEN = 403
KEYS = "Account & billing > Extras > API keys"


def connect(settings: MailchimpSettings, source: Source) -> Api:
    """A client that opens no more connections than the account allows.

    Raises:
        CredentialError: The settings hold no key, or nothing tells the data center.
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
        legal="api_key, or token",
        todo=f"in Mailchimp, make a key under {KEYS} and put it into the environment as"
        f" KPILOOP_{source.name.upper()}_API_KEY",
    )


def _address(settings: MailchimpSettings, source: Source) -> str:
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    in_key = _DATA_CENTER.search(key)
    data_center = settings.data_center or (in_key[1] if in_key else "")
    if data_center:
        return f"https://{data_center}.api.mailchimp.com"
    if settings.token and not settings.api_key:
        return _address_of(settings.token, settings.login_url, source)
    raise CredentialError(
        "nothing tells the account's data center",
        where=f"[sources.{source.name}]",
        legal="a key that ends with it, as in …-us6, or data_center",
        todo='copy the whole key, or set data_center = "us6" as the address of your Mailchimp'
        " shows it",
    )


def _address_of(token: SecretStr, login_url: str, source: Source) -> str:
    """Where the account of a token is, as the login server tells.

    A token that it does not know it answers with 200, and an error in place of the address.
    """
    auth = KeyHeader("Authorization", SecretStr(f"OAuth {token.get_secret_value()}"))
    with Api(login_url, system=source.name, auth=auth, clock=source.clock) as login:
        found = login.get("/oauth2/metadata").find("api_endpoint")
    if isinstance(found, str) and found:
        return found
    raise CredentialError(
        "Mailchimp does not accept the token",
        where=f"[sources.{source.name}]",
        legal="the access token of an OAuth app that the account let in",
        todo="let the app in again, and put its token into the environment as"
        f" KPILOOP_{source.name.upper()}_TOKEN",
    )
