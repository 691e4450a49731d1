"""One company of the default size, made once for all tests that only look at it."""

from datetime import date

import pytest

from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import CompanyOptions


@pytest.fixture(scope="session")
def company() -> Company:
    """The demo company as `kpiloop demo` makes it, up to a fixed day."""
    return generate(CompanyOptions(until=date(2026, 11, 1)))
