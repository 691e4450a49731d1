"""Which plugins are installed: the entry points of the group `kpiloop`, none of them imported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

GROUP = "kpiloop"
_OWN = "kpiloop"
"""The distribution whose plugins come first, so that no stranger can take their names."""


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


def installed() -> Sequence[Found]:
    """The plugins that the environment announces, in the order in which they are asked."""
    return found_in(entry_points(group=GROUP))


def found_in(points: Iterable[EntryPoint]) -> Sequence[Found]:
    """The plugins of some entry points: kpiloop's own first, then by distribution and name."""
    found = [_found(point) for point in points if point.group == GROUP]
    return sorted(found, key=lambda each: (each.distribution != _OWN, each.distribution, each.name))


def _found(point: EntryPoint) -> Found:
    distribution = point.dist
    return Found(
        name=point.name,
        module=point.value,
        distribution=distribution.name if distribution else "?",
        version=distribution.version if distribution else "?",
        entry_point=point,
    )


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
