"""What may be written where."""

import ast
import re
from pathlib import Path

import pytest

from architecture.source_tree import CODE_ROOTS, PROJECT, all_code, extension_folders, this_tree
from architecture.text_rules import (
    is_one_sentence,
    places,
    type_ignores,
    unspecified_tests,
    words_of_code,
)

TEXT_SUFFIXES = {"", ".cfg", ".json", ".md", ".py", ".pyi", ".toml", ".txt", ".yaml", ".yml"}
CACHES = {"__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
# Vendors whose connectors are bundled or planned: the core serves any.
VENDORS = re.compile("hubspot|mailchimp|salesforce", re.IGNORECASE)


def text_files() -> list[Path]:
    """The project's own texts: at the top, in the code, the docs and the locks."""
    folders = [*CODE_ROOTS, "docs", "requirements", "scripts", ".ci"]
    below = [path for folder in folders for path in (PROJECT / folder).rglob("*")]
    return sorted(
        path
        for path in [*PROJECT.iterdir(), *below]
        if path.is_file() and path.suffix in TEXT_SUFFIXES and CACHES.isdisjoint(path.parts)
    )


def test_no_file_names_a_machine_or_a_registry() -> None:
    """Texts hold no absolute path of somebody's machine and no host of a package registry."""
    assert [
        f"{path.relative_to(PROJECT)}:{place}"
        for path in text_files()
        for place in places(path.read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open('/tm" + "p/x')", True),
        ("home = /hom" + "e/anna", True),
        ("--index-url https://pyp" + "i.org", True),
        ("GET /crm/hom" + "e/page", False),
        ("https://acme.example/roo" + "t/x", False),
    ],
)
def test_a_machine_path_or_registry_is_found(text: str, found: bool) -> None:  # noqa: FBT001 - a column
    """Absolute folders and registries are reported, paths of an API are not."""
    assert bool(places(text)) is found


def test_the_type_checkers_are_never_silenced() -> None:
    """Only plugin_host.py and the wrong code of tests/typing may switch a type checker off."""
    assert [
        module.at(line)
        for module in all_code()
        if module.path.name != "plugin_host.py" and "typing" not in module.path.parts
        for line in type_ignores((PROJECT / module.path).read_text(encoding="utf-8"))
    ] == []


@pytest.mark.parametrize("comment", ["# type: ignor" + "e", "# pyright:ignor" + "e[x]"])
def test_a_silenced_type_checker_is_found(comment: str) -> None:
    """A silencing comment is reported by its line, the same words in a string are not."""
    assert type_ignores(f'x = "{comment}"\ny = 1  {comment}\n') == [2]


def test_the_core_never_names_a_connector_or_plugin() -> None:
    """The core holds no bundled package's name, docs included, and no vendor's in its code."""
    packages = re.compile("|".join(folder.name for folder in extension_folders()))
    assert [
        str(module.path)
        for module in this_tree().core
        if packages.search((PROJECT / module.path).read_text(encoding="utf-8"))
    ] == []
    assert [
        f"{module.at(line)}: {word}"
        for module in this_tree().core
        for line, word in words_of_code(module.tree)
        if VENDORS.search(word)
    ] == []


def test_a_vendor_named_in_code_is_found() -> None:
    """Strings and names count, docstrings may give an example."""
    text = '"""Such as HubSpot."""\nname = "hubspot"\nclass HubspotThing: ...\n'
    words = [word for _, word in words_of_code(ast.parse(text))]
    assert [word for word in words if VENDORS.search(word)] == ["HubspotThing", "hubspot"]


def test_every_test_is_a_sentence_of_specification() -> None:
    """Each test has a docstring of exactly one sentence."""
    assert [
        f"{module.path}: {name}"
        for module in all_code()
        if module.path.name.startswith("test_")
        for name in unspecified_tests(module.tree)
    ] == []


@pytest.mark.parametrize(
    ("docstring", "passes"),
    [
        ("A row that fails is set aside.", True),
        ("A row that fails,\ne.g. Anna's, is set aside.", True),
        ("", False),
        ("A row that fails", False),
        ("It fails. It is set aside.", False),
        ("It fails.\n\nMore of it.", False),
    ],
)
def test_one_sentence_is_recognised(docstring: str, passes: bool) -> None:  # noqa: FBT001 - a column
    """One sentence over any number of lines passes, none and two do not."""
    assert is_one_sentence(docstring) is passes
