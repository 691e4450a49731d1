"""Numbers that are tied by pairs, and pairs that must never be tied."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from kpiloop.engine.resolve.components import components, components_apart

numbers = st.integers(0, 12)
pairs = st.lists(st.tuples(numbers, numbers), max_size=20)
groups = st.lists(st.lists(numbers, min_size=1, max_size=5, unique=True), max_size=4)


def reach(number: int, ties: list[tuple[int, int]]) -> set[int]:
    """All numbers that pairs lead to, found step by step."""
    found = {number}
    while (
        more := {two for tie in ties for one, two in (tie, (tie[1], tie[0])) if one in found}
        - found
    ):
        found |= more
    return found


@given(ties=pairs)
def test_each_number_is_known_by_the_smallest_that_it_is_tied_to(
    ties: list[tuple[int, int]],
) -> None:
    """However many pairs lie between the two."""
    expected = {number: min(reach(number, ties)) for tie in ties for number in tie}

    assert components(ties) == expected


def test_a_long_chain_is_one() -> None:
    """As many steps as there are numbers, told from the far end."""
    ties = [(number, number - 1) for number in range(50_000, 0, -1)]

    assert set(components(ties).values()) == {0}


@given(ties=pairs, data=st.data())
def test_the_order_of_pairs_says_nothing(ties: list[tuple[int, int]], data: st.DataObject) -> None:
    """Nor does which of two is named first."""
    shuffled = [(two, one) for one, two in data.draw(st.permutations(ties))]
    apart = data.draw(pairs)
    strangers = [tie for tie in apart if tie[0] != tie[1]]

    assert components(shuffled) == components(ties)
    assert components_apart((), shuffled, strangers) == components_apart((), ties, strangers)


@given(groups=groups, ties=pairs, apart=pairs)
def test_who_must_stay_apart_does(
    groups: list[list[int]], ties: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    """However many steps would lead from one to the other; and nothing is joined without reason."""
    strangers = [tie for tie in apart if tie[0] != tie[1]]
    found = components_apart(groups, ties, strangers)

    assert all(found.get(one, one) != found.get(two, two) for one, two in strangers)
    reasons = ties + [pair for group in groups for pair in combinations(group, 2)]
    assert all(root in reach(number, reasons) for number, root in found.items())


@given(groups=groups, ties=pairs)
def test_without_strangers_all_that_is_tied_is_one(
    groups: list[list[int]], ties: list[tuple[int, int]]
) -> None:
    """Groups and pairs then say the same."""
    together = ties + [(group[0], each) for group in groups for each in group]

    assert components_apart(groups, ties, ()) == components(together)


def test_of_three_in_a_group_two_strangers_part_and_the_third_goes_with_the_first() -> None:
    """The smaller numbers choose first."""
    assert components_apart([[3, 2, 1]], (), [(1, 2)]) == {1: 1, 2: 2, 3: 1}
