"""One system that a new project reads: its section, its keys, and what it may be asked for."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kpiloop.cli.holding import may_hold
from kpiloop.connector.base import Connector
from kpiloop.errors import PluginError
from kpiloop.plugin_host.brought import ConnectorType
from kpiloop.project.setting_names import SettingNames
from kpiloop.schema.sales import Deal

_ANY: ConnectorType = Connector
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = "{source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A connector, and the source that reads with it."""

    connector: ConnectorType

    @property
    def source(self) -> str:
        """The source is named as its connector is."""
        return self.connector.name.replace("-", "_")

    @property
    def names(self) -> SettingNames:
        """What its settings are called."""
        return SettingNames(source=self.source, model=self.connector.settings_type)

    @property
    def keys(self) -> Mapping[str, str]:
        """Environment variable → how one comes by the key; of those that the connector explains."""
        fields = self.connector.settings_type.model_fields
        hints = {name: fields[name].description or "" for name in self.names.secrets}
        told = [name for name, hint in hints.items() if hint] or list(hints)[:1]
        return {self.names.variable(name): hints[name] for name in told}

    @property
    def required(self) -> Sequence[str]:
        """The settings without which it cannot be read, keys aside."""
        fields = self.connector.settings_type.model_fields.items()
        secrets = self.names.secrets
        return [name for name, info in fields if info.is_required() and name not in secrets]

    @property
    def example(self) -> str:
        """What its section begins with."""
        return self.connector.example.replace(_PLACE, self.source)

    @property
    def shown(self) -> Sequence[str]:
        """The settings that the example gives.

        Raises PluginError where the example is no TOML.
        """
        try:
            return list(
                tomllib.loads(f"[sources.{self.source}]\n{self.example}")["sources"][self.source]
            )
        except tomllib.TOMLDecodeError as error:
            raise PluginError(
                f"the example of connector {self.connector.name!r} is no TOML: {error}",
                todo="Update the plugin that brings it, or tell its author.",
            ) from None

    @property
    def needs_only_keys(self) -> bool:
        """Whether a key is all that it takes to read it."""
        try:
            return bool(self.keys) and not (self.shown or self.required)
        except PluginError:
            return False

    @property
    def may_hold_deals(self) -> bool:
        """Whether one of its streams gives deals."""
        return may_hold(self.connector.streams(), Deal)

    @property
    def stages(self) -> Mapping[str, str]:
        """The vendor's stages, as TOML writes keys, and their steps."""
        return MappingProxyType(
            {
                of if _BARE.fullmatch(of) else json.dumps(of, ensure_ascii=False): rung
                for of, rung in self.connector.default_stages.items()
            }
        )

    @property
    def is_written(self) -> bool:
        """Whether values can be written back to it."""
        return self.connector.writer is not _ANY.writer
