"""Histories of an account, and whether reading their changes ends where reading everything does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from support.home import Home, differences
from support.living import Crew, undisturbed

SETTLED = timedelta(hours=2)
"""After so long no vendor's list lags behind any more."""

_PAUSES = (timedelta(0), timedelta(seconds=10), timedelta(minutes=20), timedelta(hours=5))

few = settings(
    max_examples=2,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example is dozens of deeds, several pulls and a whole read: two are enough at a time."""

seeds = st.integers(0, 10_000)


def histories(crew: type[Crew[Any]]) -> st.SearchStrategy[list[list[str]]]:
    """Three rounds, with a pull after each; in every round all is done twice, in any order."""
    one_round = st.permutations([*crew.deeds, *crew.deeds])
    return st.lists(one_round, min_size=3, max_size=3)


def live(crew: Crew[Any], home: Home, rounds: Sequence[Sequence[str]]) -> list[str]:
    """Work through the rounds; more is done while the pull after each of them reads."""
    done: list[str] = []

    def meddle(path: str) -> None:
        if not path.endswith(("/token", "/describe")) and crew.dice.random() < 0.1:
            done.append(crew.anything())

    for deeds in rounds:
        done += [crew.do(deed) for deed in deeds]
        crew.living.before = meddle
        home.green_pull()
        crew.living.before = undisturbed
        crew.living.wait(crew.dice.choice(_PAUSES))
    crew.living.wait(SETTLED)
    return done


def assert_alike(ours: Home, fresh: Home) -> None:
    """Live records, resolved tables and published values are the same in both."""
    assert differences(ours.records(), fresh.records()) == {}
    ours.compute()
    fresh.compute()
    assert differences(ours.resolved(), fresh.resolved()) == {}
    assert differences({"values": ours.values()}, {"values": fresh.values()}) == {}
