"""What a plugin uses that goes away, collected while its code runs."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager

from kpiloop.deprecation import ContractWarning


@contextmanager
def contract_warnings(told: list[str]) -> Generator[None]:
    """Add to a list what ContractWarnings say in this block; other warnings go their usual way."""
    caught: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ContractWarning)
            yield
    finally:
        for each in caught:
            if issubclass(each.category, ContractWarning):
                told.append(str(each.message))
            else:
                warnings.showwarning(each.message, each.category, each.filename, each.lineno)
