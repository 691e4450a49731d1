"""What of the contract with authors of plugins goes away, and how they are told.

Nothing of the contract goes away at once: for two releases the old word works beside the new one.
Who uses the old one meets a ContractWarning, which fails the author's tests (new packages make
errors of warnings) and is told to users by `kpiloop plugins`, in words and never in the way.
"""

import warnings
from dataclasses import dataclass


class ContractWarning(DeprecationWarning):
    """A plugin uses something of kpiloop that goes away in a later release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """One word of the contract that has a successor."""

    old: str
    new: str
    until: str
    """The release that does not know the old word any more."""

    def __str__(self) -> str:
        """What an author reads."""
        return f"{self.old} goes away in kpiloop {self.until}: use {self.new}"

    def warn(self, *, stacklevel: int = 2) -> None:
        """Tell whoever called the function that calls this."""
        warnings.warn(str(self), ContractWarning, stacklevel=stacklevel + 1)
