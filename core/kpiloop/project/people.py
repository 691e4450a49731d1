"""`[people]` and `[companies]`: which records of all systems are one."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kpiloop.project.section import Name, Section


def _record_key(value: str) -> str:
    source, _, vendor_id = value.partition(":")
    if not source or not vendor_id:
        raise ValueError(f"{value!r} is no record: <source>:<id>, such as crm:51")
    return value


def _two(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < 2:  # noqa: PLR2004 - one alone is never joined
        raise ValueError("must name two contacts at least, or there is nothing to keep apart")
    return value


class NeverJoin(Section):
    """Contacts that are different people, whatever their systems say."""

    ids: Annotated[tuple[Annotated[str, AfterValidator(_record_key)], ...], AfterValidator(_two)]
    """`<source>:<id>` of each; no two of them are ever one person, by way of others either."""


class People(Section):
    """Contacts are one person by address and by ids; merges that a vendor tells always hold."""

    join: frozenset[Literal["email", "same_as"]] = frozenset({"email", "same_as"})
    plus_addresses: Literal["same", "different"] = "different"
    """Whether ann+news@ is ann@. A wrong join spoils two people, a missing one splits one."""
    ignore_dots: tuple[str, ...] = ("gmail.com", "googlemail.com")
    """Hosts at which a.nn@ is ann@."""
    shared: tuple[str, ...] = ()
    """Patterns of addresses that many use, such as `info@*`: they join nobody."""
    same_as: Mapping[Name, Name] = Field(default_factory=dict)
    """Source → the source whose ids it gives where it does not say whose they are."""
    never_join: tuple[NeverJoin, ...] = ()


class Companies(Section):
    """Companies are one by ids; by domain where the settings say so."""

    join: frozenset[Literal["domain", "same_as"]] = frozenset({"same_as"})
    freemail: tuple[str, ...] = ()
    """More hosts at which people, not companies, have their mail: they join nothing."""
