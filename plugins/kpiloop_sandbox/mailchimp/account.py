"""The account that the endpoints work on: state, options, keys, connections and counters."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from kpiloop_sandbox.mailchimp.errors import key_invalid, key_missing, too_many
from kpiloop_sandbox.mailchimp.options import SandboxOptions
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.serving import account


@dataclass
class Counters(account.Counters):
    """What happened since the last reset, and how many calls were under way together."""

    most_at_once: int = 0

    def as_json(self) -> dict[str, object]:
        """The counters for the control endpoint."""
        return {**super().as_json(), "mostAtOnce": self.most_at_once}


class Account(account.SimulatedAccount[SandboxOptions, Counters]):
    """One simulated account."""

    def __init__(self, store: Store, options: SandboxOptions, clock: Callable[[], float]) -> None:
        super().__init__(options, clock, Counters())
        self.store = store
        self._under_way = 0

    def now(self) -> int:
        """The account's time in whole seconds since 1970."""
        return int(super().now())

    def authenticate(self, authorization: str) -> None:
        """Let pass whoever brings a key or a token, in either spelling.

        Raises:
            ApiError: 401.
        """
        scheme, _, given = authorization.partition(" ")
        if not given:
            raise key_missing()
        secret = _password(given) if scheme.lower() == "basic" else given
        if secret not in self.options.keys | {self.options.oauth.token}:
            raise key_invalid()

    def enter(self) -> None:
        """Count a call as under way; `leave` ends it.

        Raises:
            ApiError: 429 where as many as may be are under way already, and limits are enforced.
        """
        if self.options.enforce_limits and self._under_way >= self.options.connections:
            self.counters.refused["connections"] += 1
            raise too_many(self.options.connections)
        self._under_way += 1
        self.counters.most_at_once = max(self.counters.most_at_once, self._under_way)

    def leave(self) -> None:
        """A call that was let in has been answered."""
        self._under_way -= 1

    def is_forbidden(self) -> bool:
        """Whether this call gets the bare 403 of a very busy account."""
        every = self.options.forbidden_every
        if not every or self.counters.requests.total() % every:
            return False
        self.counters.refused["forbidden"] += 1
        return True


def _password(encoded: str) -> str:
    """What stands after the colon: Mailchimp takes any user's name."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]
