"""The same options give the same company, on any machine and in any process."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from kpiloop_sandbox.company.generate import generate, iter_accounts, iter_people
from kpiloop_sandbox.company.model import Company
from kpiloop_sandbox.company.options import CompanyOptions

OPTIONS = CompanyOptions(until=date(2026, 3, 15), contacts=300, seed=11, months=18)
_ELSEWHERE = """
from datetime import date
from hashlib import sha256
from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.options import CompanyOptions
options = CompanyOptions(until=date(2026, 3, 15), contacts=300, seed=11, months=18)
print(sha256(repr(generate(options)).encode()).hexdigest())
"""


def _digest(company: Company) -> str:
    return sha256(repr(company).encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_makes_the_same_company(hash_seed: str) -> None:
    """No global randomness, hash order or clock has a say in what is made."""
    elsewhere = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert elsewhere.stdout.strip() == _digest(generate(OPTIONS))


@pytest.mark.parametrize(
    "other",
    [
        replace(OPTIONS, seed=12),
        replace(OPTIONS, contacts=301),
        replace(OPTIONS, months=17),
        replace(OPTIONS, until=date(2026, 3, 16)),
    ],
)
def test_every_option_has_a_say(other: CompanyOptions) -> None:
    """Another seed, size, span or day gives another company."""
    assert generate(other).accounts != generate(OPTIONS).accounts


def test_streaming_gives_what_is_in_memory() -> None:
    """Account by account comes the same company as the one that is made at once."""
    company = generate(OPTIONS)
    assert tuple(iter_accounts(OPTIONS)) == company.accounts
    assert list(iter_people(OPTIONS)) == list(company.people)


@pytest.mark.parametrize("illegal", [{"contacts": 0}, {"contacts": 10_000_001}, {"months": 0}])
def test_illegal_sizes_are_refused(illegal: dict[str, int]) -> None:
    """A size that cannot be made is refused with what is legal."""
    with pytest.raises(ValueError, match="must be 1 to"):
        CompanyOptions(until=date(2026, 1, 1), **illegal)
