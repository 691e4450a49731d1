"""The JWT bearer flow: the app signs with a key of its own for which user it asks.

PyJWT, which signs, is an extra: only who gives a private key needs it.
"""

from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

from pydantic import SecretStr

from kpiloop import CredentialError, Source
from kpiloop_salesforce.settings import SalesforceSettings

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NEEDED = ("jwt", "cryptography")
"""Modules that signing needs."""
_LASTS = timedelta(minutes=3)
"""Salesforce takes no assertion that lasts longer than five minutes, by its own clock."""


def assertion(
    settings: SalesforceSettings, source: Source, needed: tuple[str, ...] = NEEDED
) -> SecretStr:
    """Who asks for whom, signed; the audience is the org's My Domain.

    Raises:
        CredentialError: The key is none, or what signs is not installed.
    """
    if settings.private_key is None or not settings.username:
        raise _refused(
            source,
            "a private key opens sessions of the user that username names, and of nobody else",
            todo="set private_key and username",
        )
    if any(find_spec(module) is None for module in needed):
        raise _refused(
            source,
            "a private key is given, but what signs with it is not installed",
            todo="run `pip install 'kpiloop[salesforce-jwt]'`",
        )
    return _signed(settings, settings.private_key, source)


def _signed(settings: SalesforceSettings, key: SecretStr, source: Source) -> SecretStr:
    jwt = import_module("jwt")
    try:
        signed: str = jwt.encode(
            _claims(settings, source.clock.now()), key.get_secret_value(), algorithm="RS256"
        )
    except (ValueError, TypeError, jwt.PyJWTError):  # its words may quote the key
        signed = ""
    if not signed:
        raise _refused(
            source,
            "the private key is no RSA key without a password, in PEM",
            todo="let private_key_file name the .key file that belongs to the app's certificate",
        )
    return SecretStr(signed)


def _claims(settings: SalesforceSettings, now: datetime) -> dict[str, object]:
    return {
        "iss": settings.client_id,
        "sub": settings.username,
        "aud": settings.base_url.rstrip("/"),
        "exp": int((now + _LASTS).timestamp()),
    }


def _refused(source: Source, what: str, *, todo: str) -> CredentialError:
    return CredentialError(what, where=f"source {source.name}", todo=todo)
