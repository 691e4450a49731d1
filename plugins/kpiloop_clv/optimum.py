"""The parameters that make what happened most likely."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kpiloop import NotYetError

Floats: TypeAlias = NDArray[np.float64]

Slopes: TypeAlias = Sequence[Floats]
"""By how much each customer's log-likelihood grows with each of the parameters."""

_LEAST, _MOST = float(np.log(1e-6)), float(np.log(1e6))
_FLAT = 1e-4
"""A slope that is none: the search may stop before its own limit, where floats end."""
_DIGITS = 6
"""Beyond these, processors may differ."""


def most_likely(
    likelihood: Callable[[Sequence[float]], tuple[Floats, Slopes]], number: int, customers: Floats
) -> list[float]:
    """So many parameters above 0 under which what so many customers each did is most likely.

    By L-BFGS-B over their logarithms, always begun at 1: no chance is in it. They have six digits.
    Raises NotYetError where no end is found.
    """
    total = customers.sum()

    def unlikely(logarithms: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logarithms)
        each, slopes = likelihood(parameters.tolist())
        steep = np.array([(slope * customers).sum() for slope in slopes])
        return -float((each * customers).sum() / total), -steep / total * parameters

    found = minimize(
        unlikely,
        np.zeros(number),
        method="L-BFGS-B",
        jac=True,
        bounds=[(_LEAST, _MOST)] * number,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
    )
    if not found.success and np.abs(found.jac).max() > _FLAT:
        raise NotYetError("the purchases tell too little: no parameters fit them best")
    return [float(f"{each:.{_DIGITS}g}") for each in np.exp(found.x)]
