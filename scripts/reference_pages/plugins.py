"""docs/plugin_reference.md: what authors of plugins work with, out of the three doors."""

import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from kpiloop import hookspecs, testing, web_api
from kpiloop.plugin_host.asking import HOOKS
from kpiloop.schema import fields, items
from kpiloop.schema.registry import PULLED
from reference_pages.members import Member, aliases_of, members_of, prose, signature, summary

_HEAD = """\
# Plugin reference

This page is written out of the code by `make docs`: change the docstrings, not this page. How it
all goes together is told in [writing_plugins.md](writing_plugins.md); errors are in
[errors.md](errors.md), tables and columns in [schema.md](schema.md), and the language of packs in
[writing_kpis.md](writing_kpis.md).

Everything is imported from `kpiloop`, `kpiloop.web_api` or `kpiloop.testing`; nothing else of
kpiloop belongs to the contract ([contract_versions.md](contract_versions.md)).
"""
_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "Connectors": "Connector Settings Source Check CheckStatus Account ChannelRule",
        "Reading": "reads Read Window Stream Slices Cursor Absent Page",
        "Wire models": "Wire Record Modified Deleted Spread FirstOf IsWord ItemKey Joined Key Word",
        "Writing": "Writer Capacity Batching Definition Kind Change Outcome Status Current",
        "Derived tables": "derives Deriving PluginSettings Resolved Derivation Model",
        "Verbs": "Command Application",
        "Clocks": "Clock SystemClock ManualClock",
        "What else there is": "Column entities ContractWarning",
    }
)
"""Heading → names of the public door below it."""


def plugins_page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *_hooks(), *_parts(), *_kinds(), *_schema(), *_testing()))


def _hooks() -> Iterator[str]:
    yield "## Hooks\n"
    yield "A hook is a function of this name in the plugin's module, marked with `@hookimpl`.\n"
    yield "| Hook | What it returns | Type |\n|---|---|---|"
    for name in HOOKS:
        hook = getattr(hookspecs, name)
        returns = str(inspect.signature(hook).return_annotation)
        yield f"| `{name}` | {summary(hook.__doc__)} | `{returns}` |"
    yield ""


def _parts() -> Iterator[str]:
    for title, names in _PARTS.items():
        yield f"## {title}\n"
        yield from _described("kpiloop", names.split())
    yield "## The web API\n"
    yield from _described("kpiloop.web_api", [each for each in web_api.__all__ if each != "Page"])


def _kinds() -> Iterator[str]:
    yield "## Kinds of value\n"
    yield "What stands in the fields of wire models; no value is None.\n"
    yield "| Kind | In Python | Takes |\n|---|---|---|"
    for module in (fields, items):
        for each in aliases_of(module):
            name, _, held = _cell(each.line).partition(": ")
            yield f"| `{name}` | `{held}` | {_cell(each.meaning)} |"
    yield ""


def _schema() -> Iterator[str]:
    entities = ", ".join(f"`{each.__name__}`" for each in PULLED)
    yield "## Entities and errors\n"
    yield f"Entities to subclass: {entities}; see [schema.md](schema.md).\n"
    yield "Errors to raise and to catch are in [errors.md](errors.md#errors-and-exit-codes).\n"


def _testing() -> Iterator[str]:
    contracts = [name for name in testing.__all__ if name.endswith("Contract")]
    yield "## The contract tests\n"
    yield "Subclass each in a class whose name begins with `Test`; give the fixture `account`.\n"
    for name in contracts:
        contract: type = getattr(testing, name)
        if tests := [each for each in members_of(contract) if each.line.startswith("test_")]:
            yield f"### {name}\n"
            yield "| Test | What holds |\n|---|---|"
            yield from (f"| `{_name(each)}` | {_cell(each.meaning)} |" for each in tests)
            yield ""
    yield "## Tools for tests\n"
    yield from _described(
        "kpiloop.testing", [each for each in testing.__all__ if each not in contracts]
    )


def _described(door: str, names: Sequence[str]) -> Iterator[str]:
    module = importlib.import_module(door)
    for name in names:
        thing: object = getattr(module, name)
        if inspect.isclass(thing):
            yield f"### {name}\n\n{prose(thing.__doc__)}\n"
            yield from _members(thing)
        elif inspect.isfunction(thing):
            yield f"### {name}\n\n```python\n{signature(thing)}\n```\n\n{prose(thing.__doc__)}\n"


def _members(owner: type) -> Iterator[str]:
    if members := [*members_of(owner)]:
        yield "| Member | Means |\n|---|---|"
        for each in members:
            yield f"| `{_cell(each.line)}` | {_cell(each.meaning)} |".replace("|  |", "| |")
        yield ""


def _name(member: Member) -> str:
    return member.line.partition("(")[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
