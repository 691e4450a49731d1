"""Reads kpiloop.toml into a Project, and tells all that is wrong with it at once."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kpiloop.errors import ConfigError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.checks import cross_check, source_problems
from kpiloop.project.file import ProjectFile
from kpiloop.project.lines import lines_of
from kpiloop.project.plugin_sections import read_sections, without
from kpiloop.project.problems import Problem, config_error, problems_of
from kpiloop.project.project import Project
from kpiloop.project.settings import Surroundings

FILE_NAME = "kpiloop.toml"
VARIABLE = "KPILOOP_CONFIG"


def load_project(
    path: Path | None = None,
    *,
    host: PluginHost,
    environment: Mapping[str, str] | None = None,
) -> Project:
    """The project of a file: the one given, else of $KPILOOP_CONFIG, else of ./kpiloop.toml.

    Keys for the vendors' systems may be missing: they are asked for when a source is connected.
    Raises ConfigError with every problem of the file, its line and what would be legal.
    """
    environment = os.environ if environment is None else environment
    path = (path or Path(environment.get(VARIABLE) or FILE_NAME)).expanduser().absolute()
    return read_project(_text(path), path=path, host=host, environment=environment)


def read_project(
    text: str, *, path: Path, host: PluginHost, environment: Mapping[str, str]
) -> Project:
    """The project of a text that stands, or would stand, in a file."""
    content = _content(text, path)
    surroundings = Surroundings(folder=path.parent, environment=environment)
    own = ProjectFile.model_fields
    sections = read_sections(content, host.sections, own)
    file, problems = _file(without(content, host.sections.keys() - own.keys()))
    problems += sections.problems
    problems += source_problems(content, host, surroundings)
    if file is not None:
        problems += cross_check(file, host)
    if file is None or problems:
        raise config_error(problems, file=str(path), lines=lines_of(text))
    return Project.of(file, path=path, text=text, plugins=sections.settings)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            "there is no such file",
            where=str(path),
            todo=f"Make one with `kpiloop init`, or name one with --config or ${VARIABLE}; "
            "`kpiloop demo` needs none.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the file cannot be read ({type(error).__name__})",
            where=str(path),
            legal="a TOML file in UTF-8 that this user may read",
            todo="Correct the file or its rights.",
        ) from None


def _content(text: str, path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"this is no TOML: {error}",
            where=str(path),
            legal="TOML 1.0: text stands in quotes, a table begins with [name]",
            todo="Correct the line.",
        ) from None


def _file(content: Mapping[str, Any]) -> tuple[ProjectFile | None, list[Problem]]:
    try:
        return ProjectFile.model_validate(content), []
    except ValidationError as error:
        return None, list(problems_of(error, ProjectFile))
