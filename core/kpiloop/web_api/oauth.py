"""Keys that run out and renew themselves (OAuth 2, refresh token)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from pydantic import SecretStr

from kpiloop.clock import Clock, SystemClock
from kpiloop.errors import CredentialError, RefusedError
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.auth import NoAuth
from kpiloop.web_api.call import Form
from kpiloop.web_api.client import Api
from kpiloop.web_api.origin import path_of, root_of
from kpiloop.web_api.retry import RetryPolicy

Renewal = Literal["expires_in", "on_401"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    access: SecretStr
    runs_out_at: float | None
    """On the clock that never jumps; None where the vendor does not say."""


class OAuthRefresh:
    """Gets access tokens for a refresh token, one renewal at a time over all threads.

    Args:
        token_url: The vendor's token endpoint.
        client_id: Names the app.
        client_secret: Proves that it is the app.
        refresh_token: What the user once granted.
        system: The source's name, for messages.
        renew: "expires_in" renews shortly before the token runs out and never on a 401 (a 401
            then means that access was withdrawn); "on_401" renews once on a 401.
        margin: Seconds before its end at which a token counts as run out.
        keep: Told a new refresh token where the vendor changes it with every use.
        clock: What tells the time.
        retry: How stubborn requests for a token are.
    """

    def __init__(  # noqa: PLR0913 - what the standard asks for
        self,
        token_url: str,
        *,
        client_id: str,
        client_secret: SecretStr,
        refresh_token: SecretStr,
        system: str,
        renew: Renewal = "expires_in",
        margin: float = 60.0,
        keep: Callable[[SecretStr], None] | None = None,
        clock: Clock | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._refresh_token = refresh_token
        self._system = system
        self._renewal = renew
        self._margin = margin
        self._keep = keep
        self._clock = clock or SystemClock()
        self._retry = retry
        self._lock = Lock()
        self._token: _Token | None = None

    def headers(self) -> Mapping[str, str]:
        """The access token; a new one first, where there is none or it is about to run out.

        Raises:
            CredentialError: The vendor grants no token any more.
        """
        with self._lock:
            if self._token is None or self._is_stale(self._token):
                self._token = self._renewed()
            return {"Authorization": f"Bearer {self._token.access.get_secret_value()}"}

    def renew(self, answer: Answer) -> bool:  # noqa: ARG002 - the protocol gives it
        """A new token after a 401, where the vendor's way is to renew then."""
        if self._renewal != "on_401":
            return False
        with self._lock:
            self._token = self._renewed()
        return True

    def _is_stale(self, token: _Token) -> bool:
        ends = token.runs_out_at
        return ends is not None and self._clock.monotonic() >= ends - self._margin

    def _renewed(self) -> _Token:
        asked_at = self._clock.monotonic()
        granted = self._asked()
        found = granted.find("access_token")
        if not isinstance(found, str) or not found:
            raise self._withdrawn("the answer holds no access token")
        fresh = granted.find("refresh_token")
        if isinstance(fresh, str) and fresh and fresh != self._refresh_token.get_secret_value():
            self._refresh_token = SecretStr(fresh)
            if self._keep is not None:
                self._keep(self._refresh_token)
        lasts = granted.find("expires_in")
        runs_out_at = None
        if isinstance(lasts, int | float) and self._renewal == "expires_in":
            runs_out_at = asked_at + lasts
        return _Token(access=SecretStr(found), runs_out_at=runs_out_at)

    def _asked(self) -> Answer:
        try:
            with Api(
                root_of(self._url) or self._url,
                system=self._system,
                auth=NoAuth(),
                clock=self._clock,
                retry=self._retry,
                workers=1,
            ) as api:
                return api.request("POST", path_of(self._url), form=self._form())
        except RefusedError as error:
            reason = error.what
        raise self._withdrawn(reason)

    def _form(self) -> Form:
        return {
            "grant_type": "refresh_token",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "refresh_token": self._refresh_token,
        }

    def _withdrawn(self, reason: str) -> CredentialError:
        return CredentialError(
            f"{self._system} grants no new access token: {reason}",
            where=f"source {self._system}",
            todo="connect the app again and set the new refresh token for this source",
        )
