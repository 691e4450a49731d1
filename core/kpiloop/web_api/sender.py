"""Sends a request until it has an answer that can be used: limits, keys, redirects and tries."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from tenacity import RetryCallState, Retrying

from kpiloop.clock import Clock
from kpiloop.errors import KpiloopError, UnavailableError, UntrustedAnswerError
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.auth import Auth
from kpiloop.web_api.call import Call
from kpiloop.web_api.judge import UNAUTHORIZED, Refusals, judge
from kpiloop.web_api.limiter import RateLimiter
from kpiloop.web_api.origin import ElsewhereError, path_of
from kpiloop.web_api.retry import Failure, RetryPolicy, Tries, failure_of
from kpiloop.web_api.wire import Wire, timed

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_THE_METHOD = frozenset({307, 308})
_MOST_REDIRECTS = 5

_log = logging.getLogger("kpiloop.web_api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an API has cost so far.

    `calls` counts every request sent, `retries` those that repeated another, `throttled` the 429
    answers; `waited_seconds` is the time that threads have waited for limits and between tries.
    """

    calls: int = 0
    retries: int = 0
    throttled: int = 0
    waited_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one vendor's requests go by."""

    auth: Auth
    retry: RetryPolicy
    refusals: Refusals
    headers: Mapping[str, str]


class Sender:
    """Brings calls to the vendor; one object serves all threads."""

    def __init__(self, *, rules: Rules, wire: Wire, limiter: RateLimiter, clock: Clock) -> None:
        self._rules = rules
        self._wire = wire
        self._limiter = limiter
        self._clock = clock
        self._renewal = Lock()
        self._counting = Lock()
        self._usage = Usage()

    @property
    def usage(self) -> Usage:
        """What was sent and waited for up to now."""
        waited = self._usage.waited_seconds + self._limiter.waited
        return replace(self._usage, waited_seconds=waited)

    def send(self, call: Call, *, budget: float) -> Answer:
        """The answer to a call, after as many tries as the policy grants.

        Raises:
            KpiloopError: No answer that can be used was to be had.
        """
        tries = Tries(self._rules.retry, repeatable=call.repeatable, budget=budget)

        def before_sleep(state: RetryCallState) -> None:
            self._take_note(call, failure_of(state), state.upcoming_sleep)

        retrying = Retrying(
            retry=tries.failed,
            wait=tries.pause,
            stop=tries.over,
            sleep=self._clock.sleep,
            before_sleep=before_sleep,
            retry_error_callback=failure_of,
        )
        outcome: Answer | Failure = retrying(self._try, call, tries)
        if isinstance(outcome, Answer):
            return outcome
        raise self._given_up(call, outcome, tries)

    def _try(self, call: Call, tries: Tries) -> Answer | Failure:
        """One try, with what belongs to it: following redirects and renewing the key."""
        outcome = self._exchange(call, tries)
        if self._can_be_renewed(call, outcome, tries):
            tries.renewed = True
            outcome = self._exchange(call, tries)
        for _ in range(_MOST_REDIRECTS):
            if isinstance(outcome, Failure) or outcome.status not in _REDIRECTS:
                break
            call = self._redirected(call, outcome)
            outcome = self._exchange(call, tries)
        if isinstance(outcome, Failure):
            return outcome
        if outcome.status in _REDIRECTS:
            raise outcome.error(UntrustedAnswerError, "the vendor redirects without end")
        now = self._clock.now()
        return judge(outcome, self._rules.refusals, now=now, cap=self._rules.retry.cap)

    def _exchange(self, call: Call, tries: Tries) -> Answer | Failure:
        tries.signature = self._rules.auth.headers() if call.signed else {}
        if call.signed:
            call = replace(call, headers={**self._rules.headers, **call.headers})
        with self._limiter.request(call.limits) as passage:
            started = timed()
            self._count(calls=1)
            outcome = self._wire.exchange(call, tries.signature, tries.budget, passage.answered)
            tries.budget -= timed() - started
        return outcome

    def _can_be_renewed(self, call: Call, outcome: Answer | Failure, tries: Tries) -> bool:
        if isinstance(outcome, Failure) or outcome.status != UNAUTHORIZED:
            return False
        if tries.renewed or not call.signed:
            return False
        with self._renewal:
            # Another thread may have renewed the key while this one waited for its turn.
            return self._rules.auth.headers() != tries.signature or self._rules.auth.renew(outcome)

    def _redirected(self, call: Call, answer: Answer) -> Call:
        """The call that a redirect asks for: only within our origin, only with its method."""
        allowed = call.method in {"GET", "HEAD"} or answer.status in _REDIRECTS_OF_THE_METHOD
        try:
            url = call.origin.link(answer.headers.get("Location", ""), call.url)
        except ElsewhereError as error:
            url, allowed = str(error), False
        if not allowed:
            raise answer.error(
                UntrustedAnswerError,
                f"the vendor redirects this {call.method} to {url}, which is not followed",
                legal="a redirect of a GET to the same scheme, host and port",
                todo="if the vendor has moved, correct the source's address",
            )
        return replace(call, url=url, path=path_of(url))

    def _take_note(self, call: Call, failure: Failure, seconds: float) -> None:
        if failure.throttled:
            self._limiter.pause(call.limits, seconds)
        self._count(retries=1, throttled=int(failure.throttled), waited=seconds)
        _log.debug("%s %s: %s; again in %.1f s", call.method, call.path, failure.what, seconds)

    def _count(
        self, *, calls: int = 0, retries: int = 0, throttled: int = 0, waited: float = 0.0
    ) -> None:
        with self._counting:
            self._usage = Usage(
                calls=self._usage.calls + calls,
                retries=self._usage.retries + retries,
                throttled=self._usage.throttled + throttled,
                waited_seconds=self._usage.waited_seconds + waited,
            )

    def _given_up(self, call: Call, failure: Failure, tries: Tries) -> KpiloopError:
        unknown = not (call.repeatable or failure.nothing_done)
        count = "one try" if tries.count == 1 else f"{tries.count} tries"
        doubt = "; whether the request was carried out is unknown" if unknown else ""
        place = f" ({call.origin.root})" if failure.unconnected else ""
        return UnavailableError(
            f"{failure.what}{place}, after {count}{doubt}",
            system=call.origin.system,
            method=call.method,
            path=call.path,
            status=failure.status,
            todo=_next(call, failure, unknown=unknown),
        )


def _next(call: Call, failure: Failure, *, unknown: bool) -> str:
    system = call.origin.system
    if unknown:
        return f"look into {system} before doing it again"
    if failure.unconnected and call.signed:
        return (
            f"try again later; if it stays so, see whether the address in [sources.{system}] "
            "(base_url, where it is set) is right, and whether this machine can reach it"
        )
    return "try again later"
