"""A connector's settings: from the source's table, the environment, files and the keyring."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from kpiloop.connector.base import Settings
from kpiloop.errors import ConfigError, CredentialError, SettingsError
from kpiloop.kpi.names import did_you_mean
from kpiloop.project.keyring_store import from_keyring
from kpiloop.project.problems import Problem, problems_of, unknown_key
from kpiloop.project.setting_names import SettingNames, prefix_of
from kpiloop.project.sources import OWN_KEYS

_ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where settings come from besides kpiloop.toml."""

    folder: Path
    """What a relative `<setting>_file` starts at."""
    environment: Mapping[str, str] = field(repr=False)
    keyring: Callable[[str], str | None] = field(default=from_keyring, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """One source's settings: as they are written, and where else they may come from."""

    names: SettingNames
    written: Mapping[str, object] = field(repr=False)
    surroundings: Surroundings

    def problems(self) -> Iterator[Problem]:
        """What is wrong with what is given; what is missing does no harm until it is needed."""
        for key in self.written:
            if key not in self.names.keys:
                path = ("sources", self.names.source, key)
                yield unknown_key(path, [*OWN_KEYS, *self.names.keys])
        given = {name: value for name in self.names.all if (value := self._given(name)) is not None}
        for problem in _invalid(self.names.model, given):
            name = str(next(iter(problem.path), ""))
            if name in given and problem.what != "is missing":
                yield self._placed(problem, name)

    def read(self) -> Settings:
        """The settings, complete; raises CredentialError or ConfigError where they are not."""
        values = {
            name: value for name in self.names.all if (value := self._found(name)) is not None
        }
        try:
            return self.names.model.model_validate(values)
        except ValidationError as error:
            raise self._incomplete(error) from None

    def _placed(self, problem: Problem, name: str) -> Problem:
        """The problem where the value stands: in the source's table, or in a variable."""
        if self._variable(name):
            return replace(problem, path=(self.names.variable(name),), place=_ENVIRONMENT)
        return replace(problem, path=("sources", self.names.source, *problem.path))

    def _variable(self, key: str) -> str:
        """What the environment says for a key; a variable that is empty says nothing."""
        return self.surroundings.environment.get(self.names.variable(key), "")

    def _given(self, key: str) -> object:
        return self._variable(key) or self.written.get(key)

    def _found(self, name: str) -> object:
        given = self._given(name)
        if given is not None or name not in self.names.secrets:
            return given
        in_file = self._in_file(name)
        if in_file is not None:
            return in_file
        return self.surroundings.keyring(self.names.keyring_key(name))

    def _in_file(self, name: str) -> str | None:
        key = self.names.file_key(name)
        path = self._given(key)
        if path is None:
            return None
        file = self.surroundings.folder / Path(str(path)).expanduser()
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialError(
                f"the file that {key} names cannot be read ({type(error).__name__})",
                where=f"source {self.names.source!r}",
                todo=f"Correct {key}, or give {name} another way: {self.names.ways(name)}.",
            ) from None

    def _incomplete(self, error: ValidationError) -> SettingsError:
        problems = list(problems_of(error, self.names.model, quoted=False))
        named = sorted({str(each.path[0]) for each in problems if each.path} & {*self.names.all})
        asked = named or self.names.secrets  # a rule over all settings names none of them
        kind = CredentialError if set(asked) & set(self.names.secrets) else ConfigError
        fields = self.names.model.model_fields
        return kind(
            "; ".join([*(each.sentence for each in problems if each.path), *_of_the_whole(error)]),
            where=f"source {self.names.source!r}",
            todo=" ".join(
                [
                    f"Give {'; '.join(self.names.ways(name) for name in asked)}.",
                    *(hint for name in asked if (hint := fields[name].description)),
                ]
            ),
        )


def strange_variables(
    names: SettingNames, surroundings: Surroundings, others: Sequence[str]
) -> Iterator[Problem]:
    """Environment variables that look like settings of a source and are none.

    `others` are the project's other sources: a source `crm` leaves those of `crm_eu` alone.
    """
    legal = [names.variable(key) for key in names.keys]
    longer = tuple(prefix_of(each) for each in others if each.startswith(names.source))
    for variable in sorted(surroundings.environment):
        is_theirs = not variable.startswith(names.prefix) or variable.startswith(longer)
        if variable in legal or is_theirs:
            continue
        near = did_you_mean(variable.removeprefix(names.prefix), names.keys)
        yield Problem(
            path=(variable,),
            what=f"is no setting of source {names.source!r}{near}",
            legal=", ".join(legal),
            place=_ENVIRONMENT,
        )


def _invalid(model: type[Settings], values: Mapping[str, object]) -> Sequence[Problem]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        return list(problems_of(error, model, quoted=False))
    return ()


def _of_the_whole(error: ValidationError) -> Iterator[str]:
    """The words of rules over several settings; a value in them would be masked by SecretStr."""
    for detail in error.errors(include_url=False, include_input=False):
        if not detail["loc"]:
            yield str(detail.get("ctx", {}).get("error", "the settings do not fit together"))
