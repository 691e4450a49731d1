"""What is wrong with a configuration, in words: the place, what it is, what would be legal.

Pydantic's own messages are not used, because they may quote a value, and a value may be a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kpiloop.errors import ConfigError
from kpiloop.kpi.names import did_you_mean
from kpiloop.project.lines import Path, line_of

_OF_KEY = "[key]"
"""What pydantic adds to the path of a key that is not legal itself."""

_WORDS = {
    "missing": "is missing",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
    "dict_type": "must be a table",
    "mapping_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "list_type": "must be a list: [ … ]",
    "tuple_type": "must be a list: [ … ]",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}
"""What to say for each type of pydantic's errors; the words in braces come from the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not legal, at a path of the file."""

    path: Path
    what: str
    legal: str = ""
    place: str = ""
    """Where it stands, if not in the file."""

    @property
    def key(self) -> str:
        """The path as one would write it: `sources.hubspot.share`, `costs[2].kind`."""
        text = ""
        for part in self.path:
            text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
        return text

    @property
    def sentence(self) -> str:
        """The key and what is wrong with it."""
        return f"{self.key} {self.what}"


def problems_of(
    error: ValidationError, model: type[BaseModel], *, above: Path = (), quoted: bool = True
) -> Iterator[Problem]:
    """The problems that pydantic found, in words.

    `above` is the path of the model itself. With `quoted` false, words of the model's own author
    are left out, because they may quote a key.
    """
    for detail in error.errors(include_url=False, include_input=False):
        yield _problem(detail, model, above, quoted=quoted)


def _problem(detail: ErrorDetails, model: type[BaseModel], above: Path, *, quoted: bool) -> Problem:
    path = (*above, *(part for part in detail["loc"] if part != _OF_KEY))
    if detail["type"] == "extra_forbidden":
        return unknown_key(path, _keys_at(model, detail["loc"][:-1]))
    context = detail.get("ctx", {})
    if detail["type"] == "value_error" and quoted:
        return Problem(path=path, what=str(context["error"]))
    words = _WORDS.get(detail["type"], "is not legal")
    return Problem(path=path, what=words.format_map(context))


def unknown_key(path: Path, legal: Sequence[str]) -> Problem:
    """A key that means nothing to kpiloop, with the nearest one and all that would."""
    near = did_you_mean(str(path[-1]), legal)
    return Problem(path=path, what=f"is no key that kpiloop knows{near}", legal=", ".join(legal))


def keys_of(model: type[BaseModel]) -> Sequence[str]:
    """The keys of a section, as one writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> Sequence[str]:
    """The legal keys of the section at a path inside another."""
    here: type[BaseModel] = model
    for part in path:
        field = next((f for n, f in here.model_fields.items() if part in {n, f.alias}), None)
        if field is not None:
            here = _section_in(field.annotation) or here
    return keys_of(here)


def _section_in(annotation: Any) -> type[BaseModel] | None:
    """The section that a field's type holds, itself or in a list or table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_section_in(each) for each in get_args(annotation))
    return next((each for each in inner if each is not None), None)


def config_error(
    problems: Sequence[Problem], *, file: str, lines: Mapping[Path, int]
) -> ConfigError:
    """All problems of a file in one error, in the order in which they stand in it."""
    ordered = sorted(problems, key=lambda each: line_of(lines, each.path))
    places = [each.place or _place(file, line_of(lines, each.path)) for each in ordered]
    if len(ordered) == 1:
        (problem,) = ordered
        return ConfigError(
            problem.sentence,
            where=places[0],
            legal=problem.legal,
            todo="Correct it and run again.",
        )
    listed = [
        f"{place}: {each.sentence}{f' (legal: {each.legal})' if each.legal else ''}"
        for place, each in zip(places, ordered, strict=True)
    ]
    return ConfigError(
        "\n  ".join([f"{len(ordered)} things are not legal:", *listed]),
        where=file,
        todo="Correct them and run again.",
    )


def _place(file: str, line: int) -> str:
    return f"{file}, line {line}" if line else file
