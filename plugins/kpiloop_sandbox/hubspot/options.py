"""What a sandbox can be told: who may call it, how slow and how strict it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpiloop_sandbox.hubspot.kinds import KINDS

TYPES = tuple(sorted({kind.scope for kind in KINDS}))
OTHER_SCOPES = frozenset(
    {
        "business-intelligence",
        "content",
        "forms",
        "settings.currencies.read",
    }
)
"""The scopes of what is not in the CRM."""
ALL_SCOPES = frozenset(
    {f"crm.objects.{name}.{right}" for name in TYPES for right in ("read", "write")}
    | {f"crm.schemas.{name}.{right}" for name in TYPES for right in ("read", "write")}
    | {"crm.objects.owners.read", "marketing.campaigns.read", "marketing.campaigns.write"}
    | {"crm.export", "oauth"}
    | OTHER_SCOPES
)
DEFAULT_TOKEN = "sandbox-token"  # noqa: S105 - made up, opens nothing but the sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthApp:
    """The one public app that may renew tokens."""

    client_id: str = "sandbox-client"
    client_secret: str = field(default="sandbox-secret", repr=False)
    refresh_token: str = field(default="sandbox-refresh", repr=False)
    scopes: frozenset[str] = ALL_SCOPES
    expires_in: int = 1_800


def _default_tokens() -> Mapping[str, frozenset[str]]:
    return {DEFAULT_TOKEN: ALL_SCOPES}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """How the simulated account behaves.

    `tokens` maps each private token to its scopes. `burst` requests per rolling
    `burst_seconds` are allowed per token, `search_rate` searches per rolling second and `daily`
    requests per day and account; they are enforced only with `enforce_limits`. Searches see a
    change `index_lag_seconds` after it was made. `latency_ms` is added to every answer. `retired`
    names the beginnings of paths without their version (`/analytics`) that are gone for good.
    """

    latency_ms: float = 0
    index_lag_seconds: float = 0
    enforce_limits: bool = False
    burst: int = 190
    burst_seconds: float = 10
    oauth_burst: int = 110
    search_rate: int = 5
    daily: int = 650_000
    clock_offset_seconds: float = 0
    tokens: Mapping[str, frozenset[str]] = field(default_factory=_default_tokens, repr=False)
    oauth: OAuthApp = OAuthApp()
    portal_id: int = 50_117_001
    timezone: str = "Europe/Berlin"
    currency: str = "EUR"
    custom_properties: int = 1_000
    retired: frozenset[str] = frozenset()
