"""Every KPI is a tree: what it is made of, down to the measures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kpiloop.kpi.formula import Formula, names, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A KPI with its parts, or a measure, which has none."""

    name: str
    title: str
    formula: str | None
    """How its parts make it; None for a measure."""
    parts: tuple["Node", ...] = ()

    @property
    def depth(self) -> int:
        """Levels below it."""
        return 1 + max(part.depth for part in self.parts) if self.parts else 0

    def walk(self) -> Iterator[tuple[int, "Node"]]:
        """Itself and all below it with their level, parents first."""
        yield 0, self
        for part in self.parts:
            yield from ((level + 1, node) for level, node in part.walk())


def grow(name: str, title: str, formula: Formula, part: Callable[[str], Node]) -> Node:
    """The tree of a KPI; `part` gives the tree of each of its names."""
    return Node(
        name=name,
        title=title,
        formula=text_of(formula),
        parts=tuple(part(each) for each in names(formula)),
    )
