"""Customers drawn from known parameters, and what fits them."""

from collections.abc import Sequence

import pytest

from kpiloop_clv.library import fitted
from kpiloop_clv.prediction import Buying, Parameters, Spending
from support import buyers


@pytest.fixture(scope="session")
def buying() -> Sequence[Buying]:
    """How often they buy."""
    return buyers.buying()


@pytest.fixture(scope="session")
def spending() -> Sequence[Spending]:
    """How much they spend."""
    return buyers.spending()


@pytest.fixture(scope="session")
def found(buying: Sequence[Buying], spending: Sequence[Spending]) -> Parameters:
    """What fits them best."""
    return fitted(buying, spending)
