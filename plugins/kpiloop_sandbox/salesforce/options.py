"""What a sandbox can be told: who may call it, how slow and how strict it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DEFAULT_TOKEN = "00Dak0000000001!sandbox.session"  # noqa: S105 - opens nothing but the sandbox
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientApp:
    """The one external client app that may open sessions, and the user it does so for."""

    client_id: str = "sandbox-client"
    client_secret: str = field(default="sandbox-secret", repr=False)
    refresh_token: str = field(default="sandbox-refresh", repr=False)
    username: str = "kpiloop@acme.example"


def _default_tokens() -> Sequence[str]:
    return (DEFAULT_TOKEN,)


def _nothing_hidden() -> Mapping[str, Sequence[str]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """How the simulated org behaves.

    `tokens` are sessions that never end; others are opened by `client` and end after
    `session_seconds` without a word in advance. `daily` calls in any 24 hours are allowed with
    `enforce_limits`. A query gives at most `page_size` records at once and its rest for
    `locator_seconds`. A Bulk job is done after it was asked for
    more than `bulk_polls` times, and gives `bulk_page` records at once. The running
    user does not see the `hidden_fields`, given by object. `latency_ms` is added to every answer.
    """

    latency_ms: float = 0
    enforce_limits: bool = False
    daily: int = 100_000
    session_seconds: float = 7_200
    page_size: int = 2_000
    locator_seconds: float = 2 * _DAY
    bulk_polls: int = 1
    bulk_page: int = 50_000
    clock_offset_seconds: float = 0
    tokens: Sequence[str] = field(default_factory=_default_tokens, repr=False)
    client: ClientApp = ClientApp()
    hidden_fields: Mapping[str, Sequence[str]] = field(default_factory=_nothing_hidden)
    timezone: str = "Europe/Berlin"
