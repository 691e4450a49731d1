"""The sections of kpiloop.toml that plugins read, each checked against its plugin's settings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from kpiloop.derivation import PluginSettings
from kpiloop.project.problems import Problem, problems_of


@dataclass(slots=True)
class PluginSections:
    """The settings of plugins by section, and what is wrong with them."""

    settings: dict[str, PluginSettings] = field(default_factory=dict[str, PluginSettings])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_sections(
    content: Mapping[str, object],
    sections: Mapping[str, type[PluginSettings]],
    own: Collection[str],
) -> PluginSections:
    """What a file says to plugins, with the defaults of those that it does not name.

    `own` are the sections of kpiloop itself, which no plugin can have.
    """
    found = PluginSections()
    for name, model in sections.items():
        if name in own:
            found.problems.append(_taken(name))
            continue
        try:
            found.settings[name] = model.model_validate(content.get(name, {}))
        except ValidationError as error:
            found.problems.extend(problems_of(error, model, above=(name,)))
    return found


def without(content: Mapping[str, object], sections: Collection[str]) -> Mapping[str, object]:
    """A file's content as kpiloop itself reads it."""
    return {name: value for name, value in content.items() if name not in sections}


def _taken(name: str) -> Problem:
    return Problem(
        path=(name,),
        what="is a section of kpiloop itself, and a plugin wants to read it",
        legal="a plugin's section has a name of its own; `kpiloop plugins` lists the plugins",
    )
