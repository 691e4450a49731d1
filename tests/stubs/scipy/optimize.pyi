from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_Floats: TypeAlias = NDArray[np.float64]

class OptimizeResult:
    x: _Floats
    jac: _Floats
    success: bool

def minimize(
    fun: Callable[[_Floats], tuple[float, _Floats]],
    x0: _Floats,
    *,
    method: str,
    jac: bool,
    bounds: Sequence[tuple[float, float]],
    options: Mapping[str, object],
) -> OptimizeResult: ...
