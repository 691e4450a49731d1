"""What each model of attribution owes to the touches of a journey."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, combinations
from math import factorial, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop_attribution.journey import Journey, Rule, Touch, Travelled
from kpiloop_attribution.markov import markov, removal_effects
from kpiloop_attribution.rules import rules
from kpiloop_attribution.shapley import shapley

START = datetime(2026, 1, 1)  # noqa: DTZ001 - as the warehouse tells times
RULES = {**rules(7.0), "shapley": shapley}


def journey(channels: str, *, lead: int | None = None, deal: int | None = None) -> Journey:
    """A touch a day, each by a channel of one letter; a lead and a deal so many days after."""
    return Journey(
        touches=tuple(
            Touch(
                id=str(day),
                kind="visit",
                channel=channel,
                campaign_id=None,
                happened_at=START + timedelta(days=day),
            )
            for day, channel in enumerate(channels)
        ),
        sold_at=START + timedelta(days=len(channels)),
        lead_at=None if lead is None else START + timedelta(days=lead, hours=1),
        opportunity_at=None if deal is None else START + timedelta(days=deal, hours=1),
    )


def shares(rule: Rule, walk: Journey) -> list[float]:
    """Weights, as parts of one."""
    weights = rule(walk)
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize(
    ("model", "walk", "expected"),
    [
        ("first", journey("abc"), [1, 0, 0]),
        ("last", journey("abc"), [0, 0, 1]),
        ("linear", journey("abcd"), [0.25, 0.25, 0.25, 0.25]),
        ("u_shaped", journey("a"), [1]),
        ("u_shaped", journey("ab"), [0.5, 0.5]),
        ("u_shaped", journey("abcd"), [0.4, 0.1, 0.1, 0.4]),
        ("w_shaped", journey("abcde", lead=1, deal=3), [0.3, 0.3, 0.05, 0.3, 0.05]),
        ("w_shaped", journey("abc", lead=0, deal=2), [0.6, 0.1, 0.3]),
        ("w_shaped", journey("abc", lead=1, deal=2), [1 / 3, 1 / 3, 1 / 3]),
        ("w_shaped", journey("abc", lead=-5, deal=9), [0.6, 0.1, 0.3]),
        ("w_shaped", journey("ab"), [0.75, 0.25]),
        ("w_shaped", journey("a", lead=0, deal=0), [1]),
        ("shapley", journey("aab"), [0.25, 0.25, 0.5]),
    ],
)
def test_a_rule_shares_as_it_says(model: str, walk: Journey, expected: Sequence[float]) -> None:
    """The shares of the published shapes, on journeys that can be checked by hand."""
    assert shares(RULES[model], walk) == pytest.approx(expected)


def test_a_touch_counts_half_for_each_half_life() -> None:
    """Seven days older is half as much, fourteen a quarter."""
    older, old, _ = shares(rules(1.0)["time_decay"], journey("abc"))
    assert older * 2 == pytest.approx(old)
    assert shares(rules(2.0)["time_decay"], journey("abc"))[0] == pytest.approx(
        shares(rules(2.0)["time_decay"], journey("abc"))[2] / 2
    )


def test_no_touch_is_too_old_to_count() -> None:
    """After many half-lives a touch weighs little, and all together still more than nothing."""
    far = Journey(touches=journey("ab").touches, sold_at=START + timedelta(days=3000))
    assert sum(rules(0.01)["time_decay"](far)) > 0


journeys = st.builds(
    journey,
    st.text("abcd", min_size=1, max_size=7),
    lead=st.none() | st.integers(-2, 8),
    deal=st.none() | st.integers(-2, 8),
)


@given(walk=journeys, model=st.sampled_from(sorted(RULES)))
def test_every_rule_gives_each_touch_a_part(walk: Journey, model: str) -> None:
    """For each touch a weight that is not negative, and one above nothing."""
    weights = RULES[model](walk)
    assert len(weights) == len(walk.touches)
    assert min(weights) >= 0
    assert sum(weights) > 0


PUBLISHED = Travelled(sold={("c1", "c2", "c3"): 1}, unsold={("c1",): 1, ("c2", "c3"): 1})
"""Three journeys whose effects are published: without C1 half of the sales are missing, without
one of the others all."""


def test_removal_effects_are_the_published_ones() -> None:
    """.5, 1 and 1, which are shares of .2, .4 and .4."""
    effects = removal_effects(PUBLISHED)
    assert effects == pytest.approx({"c1": 0.5, "c2": 1, "c3": 1})
    total = sum(effects.values())
    assert [effects[each] / total for each in ("c1", "c2", "c3")] == pytest.approx([0.2, 0.4, 0.4])


def test_markov_shares_a_sale_by_the_effects_on_its_way() -> None:
    """Of a journey over all channels the shares are those of the effects; touches of one share."""
    walk = Journey(
        touches=tuple(
            Touch(id=str(n), kind="visit", channel=name, campaign_id=None, happened_at=START)
            for n, name in enumerate(("c1", "c2", "c3", "c3"))
        ),
        sold_at=START,
    )
    assert shares(markov(PUBLISHED), walk) == pytest.approx([0.2, 0.4, 0.2, 0.2])


paths = st.dictionaries(
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=5).map(tuple),
    st.integers(1, 9),
    max_size=6,
)


@given(sold=paths, unsold=paths)
def test_removing_a_channel_never_brings_sales(
    sold: dict[tuple[str, ...], int], unsold: dict[tuple[str, ...], int]
) -> None:
    """Effects lie between nothing and everything; without a channel of a sale, sales are lost."""
    effects = removal_effects(Travelled(sold=sold, unsold=unsold))
    assert all(-1e-9 <= each <= 1 + 1e-9 for each in effects.values())
    assert all(effects[channel] > 0 for path in sold for channel in path)


@given(sold=paths, unsold=paths)
def test_effects_do_not_depend_on_the_order_of_paths(
    sold: dict[tuple[str, ...], int], unsold: dict[tuple[str, ...], int]
) -> None:
    """The same to the last digit, however the journeys come."""
    turned = Travelled(sold=dict(reversed(sold.items())), unsold=dict(reversed(unsold.items())))
    assert removal_effects(Travelled(sold=sold, unsold=unsold)) == removal_effects(turned)


def shapley_by_definition(sales: Sequence[tuple[str, ...]], channel: str) -> float:
    """What a channel adds, over all sets of the others, each as often as orders lead to it."""
    channels = sorted({each for sale in sales for each in sale})
    others = [each for each in channels if each != channel]
    sets = chain.from_iterable(combinations(others, size) for size in range(len(channels)))
    return sum(
        factorial(len(each))
        * factorial(len(channels) - len(each) - 1)
        / factorial(len(channels))
        * (_worth(sales, {*each, channel}) - _worth(sales, set(each)))
        for each in sets
    )


def _worth(sales: Sequence[tuple[str, ...]], present: set[str]) -> int:
    return sum(set(sale) <= present for sale in sales)


@given(st.lists(st.text("abcde", min_size=1, max_size=6), min_size=1, max_size=6))
def test_shapley_is_what_its_definition_says(sales: list[str]) -> None:
    """Equal parts for the channels of each sale are the Shapley value over all their sets."""
    owed = dict.fromkeys("".join(sales), 0.0)
    for walk in map(journey, sales):
        for channel, share in zip(walk.channels, shares(shapley, walk), strict=True):
            owed[channel] += share
    told = [tuple(each) for each in sales]
    assert all(isclose(owed[each], shapley_by_definition(told, each)) for each in owed)
