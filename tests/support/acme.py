"""A made-up vendor: connectors that a project's file may name, and a host that knows them."""

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import Field, SecretStr, model_validator

from kpiloop.connector.base import Connector, Settings
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.project import Project

HEAD = """\
[project]
timezone = "Europe/Berlin"
currency = "EUR"
"""
Load = Callable[..., Project]


class AcmeSettings(Settings):
    """Settings of which one, a key, is only asked for when it is needed."""

    token: SecretStr | None = Field(None, description="Make one under Settings > Keys.")
    base_url: str = "https://api.acme.example"
    pages: int = 100

    @model_validator(mode="after")
    def _needs_token(self) -> "AcmeSettings":
        if self.token is None:
            raise ValueError("Acme needs a token")
        return self


class Acme(Connector[AcmeSettings]):
    """Acme CRM."""

    name = "acme"
    settings_type = AcmeSettings
    default_stages: ClassVar = {"prospect": "lead", "client": "customer", "spam": "lead"}


class SafeSettings(Settings):
    """Settings without defaults."""

    key: SecretStr = Field(description="Ask your administrator.")
    region: str


class Safe(Connector[SafeSettings]):
    """A system that asks for a key and a region."""

    name = "safe"
    settings_type = SafeSettings


class Stubborn(Connector[Settings]):
    """A connector that cannot be opened."""

    name = "stubborn"
    settings_type = Settings

    def __init__(self, settings: Settings, source: Any) -> None:
        super().__init__(settings, source)
        raise LookupError("secret-token")


def acme_host() -> PluginHost:
    """A host that knows the connectors of this page and nothing else."""
    connectors = {each.name: each for each in (Acme, Safe, Stubborn)}
    return PluginHost(reports=(), connectors=connectors, packs={}, entities={}, commands={})
