"""What the settings of one source are called: in kpiloop.toml, the environment and the keyring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from kpiloop.connector.base import Settings
from kpiloop.project.keyring_store import SERVICE

_FILE = "_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingNames:
    """The names of the settings that a connector gives one source."""

    source: str
    model: type[Settings]

    @property
    def all(self) -> Sequence[str]:
        """Every setting."""
        return list(self.model.model_fields)

    @property
    def secrets(self) -> Sequence[str]:
        """Those that are keys, which may also stand in a file or the keyring."""
        return [name for name, info in self.model.model_fields.items() if _is_secret(info)]

    @property
    def keys(self) -> Sequence[str]:
        """What may stand in the source's table, besides what every source has."""
        return [*self.all, *map(self.file_key, self.secrets)]

    @property
    def prefix(self) -> str:
        """What the source's environment variables begin with."""
        return prefix_of(self.source)

    def file_key(self, name: str) -> str:
        """The key that names the file of a secret."""
        return f"{name}{_FILE}"

    def variable(self, key: str) -> str:
        """The environment variable of a key."""
        return f"{self.prefix}{key.upper()}"

    def keyring_key(self, name: str) -> str:
        """The secret's name in the keyring."""
        return f"{self.source}.{name}"

    def ways(self, name: str) -> str:
        """Every way to give a setting, as a sentence lists them."""
        table, variable = f"[sources.{self.source}]", f"{self.variable(name)} in the environment"
        if name not in self.secrets:
            return f"{name} in {table}, or {variable}"
        keyring = f"`keyring set {SERVICE} {self.keyring_key(name)}`"
        return f"{variable}, {self.file_key(name)} in {table}, or {keyring}"


def prefix_of(source: str) -> str:
    """What the environment variables of a source begin with."""
    return f"KPILOOP_{source.upper()}_"


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))
