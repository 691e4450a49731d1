"""What the connector must know of an account."""

from pydantic import Field, SecretStr

from kpiloop import Settings


class AcmeSettings(Settings):
    """One account of Acme CRM."""

    token: SecretStr = Field(description="Acme shows it under Profile > API.")
    base_url: str = "https://api.acme.example"
