"""Which plugins are installed: the entry points of the group `kpiloop`, none of them imported."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from importlib.util import find_spec
from pathlib import Path

GROUP = "kpiloop"
_OWN = "kpiloop"
"""The distribution whose plugins come first, so that no stranger can take their names."""
_UNKNOWN = "?"
_OUR_RANGE = re.compile(rf"{_OWN}\s*\(?([^\w\s.(;-][^);]*)")
"""A requirement of kpiloop that says which releases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A plugin that is announced; whether it works is not known yet."""

    name: str
    module: str
    distribution: str
    version: str
    entry_point: EntryPoint

    @property
    def owner(self) -> str:
        """How a message names the plugin, so that one knows what to fix or remove."""
        return f"plugin {self.name!r} ({self.module}, from {self.distribution} {self.version})"

    @property
    def written_for(self) -> str:
        """The releases of kpiloop that its distribution asks for; empty: it does not say."""
        required = self.entry_point.dist.requires if self.entry_point.dist else ()
        found = (_OUR_RANGE.match(each) for each in required or ())
        return next((each[1].strip() for each in found if each), "")


def installed() -> Sequence[Found]:
    """The plugins that the environment announces, in the order in which they are asked."""
    try:
        return found_in(entry_points(group=GROUP))
    except (TypeError, ValueError, OSError):  # one unreadable file would hide all plugins
        return found_in(point for each in distributions() for point in _announced_by(each))


def found_in(points: Iterable[EntryPoint]) -> Sequence[Found]:
    """The plugins of some entry points: kpiloop's own first, then by distribution and name."""
    found = [_found(point) for point in points if point.group == GROUP]
    return sorted(found, key=lambda each: (each.distribution != _OWN, each.distribution, each.name))


def _announced_by(distribution: Distribution) -> Sequence[EntryPoint]:
    """What one distribution announces; of one whose file cannot be read, an entry that says so."""
    try:
        return tuple(distribution.entry_points)
    except (TypeError, ValueError, OSError):
        name, _ = _label(distribution)
        broken = EntryPoint(name=name, value=f"{name}: unreadable entry_points.txt", group=GROUP)
        text = distribution.read_text("entry_points.txt") or ""
        return (broken,) if f"[{GROUP}]" in text else ()


def _found(point: EntryPoint) -> Found:
    name, version = _label(point.dist) if point.dist else (point.name, _UNKNOWN)
    return Found(
        name=point.name,
        module=point.value,
        distribution=name,
        version=version,
        entry_point=point,
    )


def _label(distribution: Distribution) -> tuple[str, str]:
    """Name and version, which a distribution without metadata does not have."""
    name, version = distribution.metadata["Name"], distribution.metadata["Version"]
    return name or _UNKNOWN, version or _UNKNOWN


def may_implement(plugin: Found, hook: str) -> bool:
    """Whether the plugin's module can hold a hook, told from its text without running it.

    A module that does not so much as mention the hook's name does not implement it; one whose
    text cannot be read may.
    """
    try:
        spec = find_spec(plugin.entry_point.module)
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            return True
        return hook in Path(spec.origin).read_text(encoding="utf-8")
    except (ImportError, OSError, ValueError, AttributeError):
        return True
