"""What a sandbox can be told: who may call it, how slow and how strict it is."""

from dataclasses import dataclass, field

DEFAULT_KEY = "0123456789abcdef0123456789abcdef-us6"
"""Made up; it opens nothing but the sandbox."""
DATA_CENTER = "us6"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthApp:
    """The one registered app; its code buys a token that never runs out."""

    client_id: str = "sandbox-client"
    client_secret: str = field(default="sandbox-secret", repr=False)
    code: str = field(default="sandbox-code", repr=False)
    token: str = field(default="sandbox-token", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """How the simulated account behaves.

    `connections` calls may be under way at once, whichever key they use; more are turned down
    with `enforce_limits`. Every so-manieth call gets a 403 without JSON where `forbidden_every`
    is set, as under very high volume. `latency_ms` is added to every answer; an audience takes
    `merge_fields` fields besides the address.
    """

    latency_ms: float = 0
    enforce_limits: bool = False
    connections: int = 10
    forbidden_every: int = 0
    merge_fields: int = 30
    clock_offset_seconds: float = 0
    keys: frozenset[str] = field(default=frozenset({DEFAULT_KEY}), repr=False)
    oauth: OAuthApp = OAuthApp()
    account_name: str = "Acme"
