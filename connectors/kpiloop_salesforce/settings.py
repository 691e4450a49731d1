"""What the connector must know of an org."""

from collections.abc import Mapping

from pydantic import Field, NonNegativeInt, PositiveInt, SecretStr

from kpiloop import Settings

_ABOUT_KEY = """\
In Salesforce, make an External Client App under Setup > External Client App Manager, enable OAuth
with the scope "Manage user data via APIs (api)", enable the client credentials flow, and choose
the user that it runs as. The app shows its consumer key and secret under Settings > OAuth.
The user may be one with read access only: to leads, contacts, accounts, campaigns, opportunities
and, where you use them, orders and activities."""


class SalesforceSettings(Settings):
    """One Salesforce org: its My Domain, and the app that asks.

    With `client_id` and `client_secret` alone the app asks in its own name (client credentials);
    with a `refresh_token` too it asks for the user who granted that. With a `private_key` in place
    of the secret it signs for the user that `username` names (JWT bearer).
    """

    base_url: str = Field(description="The org's My Domain: https://acme.my.salesforce.com")
    client_id: str = Field(description=_ABOUT_KEY)
    client_secret: SecretStr | None = Field(None, description=_ABOUT_KEY)
    refresh_token: SecretStr | None = Field(
        None, description="What the user granted the app by signing in: its code bought it."
    )

    username: str = ""
    """The user for whom the app signs with its private key."""

    private_key: SecretStr | None = Field(
        None,
        description="The RSA key in PEM that belongs to the certificate of the app, mostly in a "
        "file: private_key_file.",
    )

    version: str = Field("67.0", pattern=r"^\d{2,3}\.0$")
    """The version of the API that is spoken; `kpiloop doctor` says whether the org has it."""

    calls_per_day: PositiveInt = 100_000
    """What the org's edition allows in 24 hours, until its answers say how many are left."""

    bulk_above: NonNegativeInt = 10_000
    """Objects with more records than this are read whole by the Bulk API."""

    cross_ids: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Fields of leads and contacts that hold a record's id in another source: field → source."""
