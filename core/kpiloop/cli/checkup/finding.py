"""One thing that was looked at: how it stands, and what follows for the exit code."""

from collections.abc import Sequence
from dataclasses import dataclass

from kpiloop.connector.base import Check, CheckStatus
from kpiloop.errors import ConfigError, KpiloopError

_MUST_CORRECT = ConfigError.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at, in one area: a part of the project, or a source."""

    area: str
    check: Check
    exit_code: int = 0
    """With which the program ends because of it."""


def good(area: str, what: str, found: str = "") -> Finding:
    """It is as it should be."""
    return Finding(area=area, check=Check(what=what, status=CheckStatus.OK, found=found))


def warning(area: str, what: str, found: str, todo: str = "") -> Finding:
    """It works, but somebody should know."""
    check = Check(what=what, status=CheckStatus.WARNING, found=found, todo=todo)
    return Finding(area=area, check=check)


def failed(area: str, what: str, found: str, todo: str = "", *, exit_code: int = 1) -> Finding:
    """It does not work."""
    check = Check(what=what, status=CheckStatus.FAILED, found=found, todo=todo)
    return Finding(area=area, check=check, exit_code=exit_code)


def failed_by(area: str, what: str, error: KpiloopError) -> Finding:
    """It does not work, as this error says."""
    place = f"{error.where}: " if error.where else ""
    legal = f" (legal: {error.legal})" if error.legal else ""
    found = f"{place}{error.what}{legal}"
    return failed(area, what, found, error.todo, exit_code=error.exit_code)


def of_connector(area: str, check: Check) -> Finding:
    """What a connector found: where it fails, a person has to correct a key, right or setting."""
    is_failed = check.status is CheckStatus.FAILED
    return Finding(area=area, check=check, exit_code=_MUST_CORRECT if is_failed else 0)


def exit_code_of(findings: Sequence[Finding]) -> int:
    """2 where something has to be corrected, 1 where something else failed, else 0."""
    codes = {each.exit_code for each in findings} - {0}
    return _MUST_CORRECT if _MUST_CORRECT in codes else int(bool(codes))
