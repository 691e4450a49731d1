"""Which records are one, once every single reason to join two of them is known.

Records are numbers here; the smallest of those that are one stands for all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


def components(pairs: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    """Each number of the pairs → the smallest number that it is tied to, itself included."""
    tied = _Tied()
    for one, two in pairs:
        tied.join(one, two)
    return {number: tied.root(number) for number in tied.parent}


def components_apart(
    groups: Iterable[Sequence[int]],
    pairs: Iterable[tuple[int, int]],
    apart: Iterable[tuple[int, int]],
) -> Mapping[int, int]:
    """The same where some pairs must never be one, however many steps lie between them.

    First each group in turn, its smallest numbers first: each number joins the first of those
    before it that it may join. Then the pairs, smallest first. A join that would bring two
    together that must stay apart is left out.
    """
    tied = _Tied()
    for one, two in apart:
        tied.keep_apart(one, two)
    for group in sorted(sorted(group) for group in groups):
        heads: list[int] = []
        for number in group:
            if not any(tied.join(head, number) for head in heads):
                heads.append(tied.root(number))
    for one, two in sorted((min(pair), max(pair)) for pair in pairs):
        tied.join(one, two)
    return {number: tied.root(number) for number in tied.parent}


@dataclass(slots=True)
class _Tied:
    """Sets of numbers, each known by its smallest."""

    parent: dict[int, int] = field(default_factory=dict[int, int])
    strangers: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Root → roots of the sets that must never be joined with its own."""

    def root(self, number: int) -> int:
        """The smallest number of a number's set; the way to it gets shorter with every question."""
        parent = self.parent
        while (above := parent.setdefault(number, number)) != number:
            parent[number] = parent[above]
            number = above
        return number

    def keep_apart(self, one: int, two: int) -> None:
        """Never let the sets of two numbers become one."""
        self.strangers.setdefault(self.root(one), set()).add(self.root(two))
        self.strangers.setdefault(self.root(two), set()).add(self.root(one))

    def join(self, one: int, two: int) -> bool:
        """Make two sets one, if they may be; whether they are one now."""
        first, second = sorted((self.root(one), self.root(two)))
        if first == second:
            return True
        if second in self.strangers.get(first, ()):
            return False
        self.parent[second] = first
        for stranger in self.strangers.pop(second, ()):
            self.strangers[stranger].remove(second)
            self.strangers[stranger].add(first)
            self.strangers.setdefault(first, set()).add(stranger)
        return True
