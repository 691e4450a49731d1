"""The account that the endpoints work on: state, options, tokens, limits and counters."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from kpiloop_sandbox.hubspot.errors import (
    expired,
    missing_scopes,
    retired,
    too_many,
    unauthenticated,
)
from kpiloop_sandbox.hubspot.options import SandboxOptions
from kpiloop_sandbox.hubspot.searching import SearchIndex
from kpiloop_sandbox.hubspot.store import Store
from kpiloop_sandbox.serving.account import Counters, SimulatedAccount
from kpiloop_sandbox.serving.limits import Window

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is asking: a private token, or a renewed one of the OAuth app."""

    token: str = field(repr=False)
    scopes: frozenset[str]
    oauth: bool = False


class Account(SimulatedAccount[SandboxOptions, Counters]):
    """One simulated account."""

    def __init__(self, store: Store, options: SandboxOptions, clock: Callable[[], float]) -> None:
        self.store = store
        self.index = SearchIndex(store)
        self._renewed: dict[str, float] = {}
        super().__init__(options, clock, Counters())

    def set_options(self, options: SandboxOptions) -> None:
        """Behave by other options from now on; all limits start afresh."""
        super().set_options(options)
        self.store.index_lag_ms = int(options.index_lag_seconds * 1_000)
        self._bursts: dict[str, Window] = {}
        self._searches = Window(options.search_rate, 1.0)
        self._daily = Window(options.daily, _DAY)

    def now_ms(self) -> int:
        """The account's time in milliseconds since the epoch."""
        return int(self.now() * 1_000)

    def caller(self, authorization: str) -> Caller:
        """Who the `Authorization` header names.

        Raises:
            ApiError: 401 where it names nobody, or a token that has run out.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        if token in self.options.tokens:
            return Caller(token=token, scopes=self.options.tokens[token])
        if token not in self._renewed:
            raise unauthenticated()
        overdue = self.now() - self._renewed[token]
        if overdue >= 0:
            raise expired(int(overdue))
        return Caller(token=token, scopes=self.options.oauth.scopes, oauth=True)

    def renew(self) -> str:
        """A new access token of the OAuth app."""
        token = secrets.token_urlsafe(24)
        self._renewed[token] = self.now() + self.options.oauth.expires_in
        return token

    def admit(self, caller: Caller, *, search: bool) -> dict[str, str]:
        """Count a request against the limits and return the headers that tell of them.

        Raises:
            ApiError: 429 where a limit is used up and limits are enforced.
        """
        now, strict = self.now(), self.options.enforce_limits
        burst = self._burst(caller)
        checks = [(self._daily, "DAILY"), (burst, "TEN_SECONDLY_ROLLING")]
        if search:
            checks = [(self._daily, "DAILY"), (self._searches, "SECONDLY")]
        for window, policy in checks:
            if strict and window.remaining(now) <= 0:
                self.counters.refused[policy] += 1
                raise too_many(policy)
        for window, _ in checks:
            window.take(now)
        return {} if search else self._headers(caller, now)

    def require(self, caller: Caller, scope: str) -> None:
        """Refuse a caller that lacks a scope.

        Raises:
            ApiError: 403 naming it.
        """
        if scope and scope not in caller.scopes:
            raise missing_scopes([scope])

    def refuse_retired(self, path: str) -> None:
        """Refuse what HubSpot has switched off.

        Raises:
            ApiError: 410.
        """
        if any(path.startswith(each) for each in self.options.retired):
            raise retired()

    def _burst(self, caller: Caller) -> Window:
        # All renewed tokens are one app's, whose limit is the account's.
        key = "oauth" if caller.oauth else caller.token
        size = self.options.oauth_burst if caller.oauth else self.options.burst
        return self._bursts.setdefault(key, Window(size, self.options.burst_seconds))

    def _headers(self, caller: Caller, now: float) -> dict[str, str]:
        burst = self._burst(caller)
        headers = {
            "X-HubSpot-RateLimit-Max": str(burst.size),
            "X-HubSpot-RateLimit-Remaining": str(max(burst.remaining(now), 0)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(burst.seconds * 1_000)),
        }
        if not caller.oauth:
            headers["X-HubSpot-RateLimit-Daily"] = str(self._daily.size)
            headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(max(self._daily.remaining(now), 0))
        return headers
