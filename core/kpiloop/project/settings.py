"""A connector's settings: from the source's table, the environment, files and the keyring."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from kpiloop.connector.base import Settings
from kpiloop.errors import ConfigError, CredentialError, SettingsError
from kpiloop.kpi.names import did_you_mean
from kpiloop.project.keyring_store import SERVICE, from_keyring
from kpiloop.project.problems import Problem, problems_of, unknown_key
from kpiloop.project.sources import OWN_KEYS

PREFIX = "KPILOOP_"
_FILE = "_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where settings come from besides kpiloop.toml."""

    folder: Path
    """What a relative `<setting>_file` starts at."""
    environment: Mapping[str, str] = field(repr=False)
    keyring: Callable[[str], str | None] = field(default=from_keyring, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source's settings as written, and the type that its connector gives them."""

    source: str
    type: type[Settings]
    written: Mapping[str, object] = field(repr=False)
    others: tuple[str, ...] = ()
    """The names of the project's other sources, whose variables are not this one's."""

    def problems(self, surroundings: Surroundings) -> Iterator[Problem]:
        """What is wrong with what is given; what is missing does no harm until it is needed."""
        table = ("sources", self.source)
        for key in self.written:
            if key not in self._keys():
                yield unknown_key((*table, key), [*OWN_KEYS, *self._keys()])
        given = {
            name: value
            for name in self.type.model_fields
            if (value := self._given(name, surroundings.environment)) is not None
        }
        for problem in self._invalid(given, table):
            if problem.path[2:] and problem.path[2] in given and problem.what != "is missing":
                yield problem

    def strange_variables(self, environment: Mapping[str, str]) -> Iterator[Problem]:
        """Environment variables that look like settings of this source and are none."""
        legal = [self._variable(name) for name in self._keys()]
        longer = tuple(
            f"{PREFIX}{name.upper()}_" for name in self.others if name.startswith(self.source)
        )
        for variable in sorted(environment):
            if not variable.startswith(self._variable("")) or variable in legal:
                continue
            if not variable.startswith(longer):
                near = did_you_mean(variable.removeprefix(self._variable("")), self._keys())
                what = f"is no setting of source {self.source!r}{near}"
                yield Problem(
                    path=(variable,), what=what, legal=", ".join(legal), place="environment"
                )

    def read(self, surroundings: Surroundings) -> Settings:
        """The settings, complete; raises CredentialError or ConfigError where they are not."""
        values: dict[str, object] = {}
        for name in self.type.model_fields:
            value = self._given(name, surroundings.environment)
            if value is None:
                value = self._from_file(name, surroundings)
            if value is None and name in self._secrets():
                value = surroundings.keyring(f"{self.source}.{name}")
            if value is not None:
                values[name] = value
        try:
            return self.type.model_validate(values)
        except ValidationError as error:
            raise self._incomplete(error) from None

    def _keys(self) -> list[str]:
        return [*self.type.model_fields, *(f"{name}{_FILE}" for name in self._secrets())]

    def _variable(self, name: str) -> str:
        return f"{PREFIX}{self.source}_{name}".upper()

    def _given(self, name: str, environment: Mapping[str, str]) -> object:
        variable = environment.get(self._variable(name))
        return variable if variable is not None else self.written.get(name)

    def _from_file(self, name: str, surroundings: Surroundings) -> str | None:
        if name not in self._secrets():
            return None
        key = f"{name}{_FILE}"
        path = self._given(key, surroundings.environment)
        if path is None:
            return None
        try:
            file = surroundings.folder / Path(str(path)).expanduser()
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialError(
                f"the file that {key} names cannot be read ({type(error).__name__})",
                where=f"source {self.source!r}",
                todo=f"Correct {key}, or give {name} another way: {self._ways(name)}.",
            ) from None

    def _secrets(self) -> list[str]:
        return [name for name, info in self.type.model_fields.items() if _is_secret(info)]

    def _ways(self, name: str) -> str:
        ways = f"{self._variable(name)} in the environment"
        if name not in self._secrets():
            return f"{name} in [sources.{self.source}], or {ways}"
        keyring = f"`keyring set {SERVICE} {self.source}.{name}`"
        return f"{ways}, {name}{_FILE} in [sources.{self.source}], or {keyring}"

    def _invalid(self, values: Mapping[str, object], table: tuple[str, ...]) -> list[Problem]:
        try:
            self.type.model_validate(values)
        except ValidationError as error:
            return list(problems_of(error, self.type, above=table, quoted=False))
        return []

    def _incomplete(self, error: ValidationError) -> SettingsError:
        problems = list(problems_of(error, self.type, quoted=False))
        names = {str(each.path[0]) for each in problems if each.path}
        about_key = bool(names & set(self._secrets())) or not names
        kind = CredentialError if about_key else ConfigError
        known = self.type.model_fields
        hints = [known[name].description for name in sorted(names) if name in known]
        ways = "; ".join(self._ways(name) for name in sorted(names) if name in known)
        whole = [
            str(d.get("ctx", {}).get("error", ""))
            for d in error.errors(include_input=False)
            if not d["loc"]
        ]
        return kind(
            "; ".join([*(f"{each.key} {each.what}" for each in problems if each.path), *whole]),
            where=f"source {self.source!r}",
            todo=" ".join(filter(None, [f"Give {ways}." if ways else "", *hints])),
        )


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))
