"""docs/configuration.md tells the truth about kpiloop.toml."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from kpiloop.engine.cycle.definitions import catalog_of
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.file import ProjectFile
from kpiloop.project.loading import read_project
from kpiloop.project.problems import keys_of

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = "\n".join(re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL))
NOT_WRITTEN = {"settings"}  # what stands in a source's table for its connector


def sections(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A section and all sections in it."""
    yield model
    for field in model.model_fields.values():
        for inner in inside(field.annotation):
            yield from sections(inner)


def inside(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that a type holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from inside(each)


@pytest.mark.parametrize("section", tuple(sections(ProjectFile)), ids=lambda each: each.__name__)
def test_every_key_is_shown(section: type[BaseModel]) -> None:
    """Each key of each section stands in the example."""
    shown = set(re.findall(r"^[\[{ ]*([a-z_]+)|[{,.\[] ?([a-z_]+)", EXAMPLE, flags=re.MULTILINE))
    words = {word for pair in shown for word in pair}
    assert set(keys_of(section)) - NOT_WRITTEN - words == set()


def test_the_pieces_make_one_whole_file(tmp_path: Path) -> None:
    """The example is read without a complaint, its KPIs and targets included."""
    host = PluginHost.load()
    project = read_project(EXAMPLE, path=tmp_path / "kpiloop.toml", host=host, environment={})
    catalog = catalog_of(project, host)
    assert project.publish[0].kpi in catalog.kpis
    assert "demo_rate" in catalog.kpis
