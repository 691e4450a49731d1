"""Sessions: which tokens open the org, how they are got, and when they end."""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping

from pydantic import TypeAdapter

from kpiloop_sandbox.salesforce.errors import OAuthError
from kpiloop_sandbox.salesforce.options import SandboxOptions

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CLAIMS = TypeAdapter(dict[str, object])
_LONGEST_JWT = 300
_PARTS_OF_JWT = 3
_COMMON = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})
"""Audiences that external client apps are not let in by: theirs is the org's My Domain."""


class Sessions:
    """The open sessions of one org; `clock` gives its time in seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}

    def is_open(self, token: str, options: SandboxOptions) -> bool:
        """Whether this token opens the org now."""
        return token in options.tokens or self._ends.get(token, 0) > self._clock()

    def end_all(self) -> None:
        """End every session that was opened by a client app."""
        self._ends.clear()

    def grant(self, form: Mapping[str, str], options: SandboxOptions) -> str:
        """A new session for what a client app shows.

        Raises:
            OAuthError: it shows nothing that opens this org.
        """
        match form.get("grant_type"):
            case "client_credentials":
                _require_secret(form, options)
            case "refresh_token":
                _require_secret(form, options)
                if form.get("refresh_token") != options.client.refresh_token:
                    raise OAuthError(400, "invalid_grant", "expired access/refresh token")
            case grant if grant == JWT_BEARER:
                _require_assertion(form.get("assertion", ""), options, self._clock())
            case _:
                raise OAuthError(400, "unsupported_grant_type", "grant type not supported")
        token = f"00Dak0000000001!{secrets.token_urlsafe(48)}"
        self._ends[token] = self._clock() + options.session_seconds
        return token


def _require_secret(form: Mapping[str, str], options: SandboxOptions) -> None:
    if form.get("client_id") != options.client.client_id:
        raise OAuthError(400, "invalid_client_id", "client identifier invalid")
    if form.get("client_secret") != options.client.client_secret:
        raise OAuthError(400, "invalid_client", "invalid client credentials")


def _require_assertion(assertion: str, options: SandboxOptions, now: float) -> None:
    """The signature is not looked at: the sandbox guards nothing."""
    claims = _claims(assertion)
    if claims.get("iss") != options.client.client_id:
        raise OAuthError(400, "invalid_client_id", "client identifier invalid")
    if claims.get("sub") != options.client.username:
        raise OAuthError(400, "invalid_grant", "user hasn't approved this consumer")
    if claims.get("aud") in _COMMON:
        raise OAuthError(400, "invalid_grant", "audience is invalid")
    ends = claims.get("exp")
    if not isinstance(ends, int | float) or not now < ends <= now + _LONGEST_JWT:
        raise OAuthError(400, "invalid_grant", "invalid assertion")


def _claims(assertion: str) -> dict[str, object]:
    parts = assertion.split(".")
    if len(parts) != _PARTS_OF_JWT or not all(parts):
        raise OAuthError(400, "invalid_grant", "invalid assertion")
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        return _CLAIMS.validate_json(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        raise OAuthError(400, "invalid_grant", "invalid assertion") from None
