"""docs/plugin_reference.md leaves out nothing that authors may use."""

import inspect

import kpiloop
from docs.pages import PROJECT
from kpiloop import testing, web_api

DOCS = PROJECT / "docs"
PAGES = "".join(
    (DOCS / name).read_text(encoding="utf-8") for name in ("plugin_reference.md", "errors.md")
)


def test_every_class_and_function_of_the_doors_is_told() -> None:
    """What `kpiloop`, `kpiloop.web_api` and `kpiloop.testing` offer is on a page."""
    offered = {
        name
        for door in (kpiloop, web_api, testing)
        for name in door.__all__
        if inspect.isclass(thing := getattr(door, name)) or inspect.isfunction(thing)
    }
    assert (
        sorted(
            name for name in offered if f"`{name}`" not in PAGES and f"### {name}\n" not in PAGES
        )
        == []
    )
