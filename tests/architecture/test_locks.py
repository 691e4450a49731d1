"""What is pinned."""

import re
from pathlib import Path

import pytest

from architecture.source_tree import PROJECT, pyproject

LOCKS = sorted((PROJECT / "requirements").glob("*.txt"))
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?P<pin>\S*)(?P<marker> ;[^\\]*)?")


def requirements(lock: Path) -> dict[str, str]:
    """The lock's entries, hashes and all, by the name of the distribution."""
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {match["name"]: entry for entry in entries if (match := REQUIREMENT.match(entry))}


def version(entry: str) -> str:
    """The one version that an entry allows."""
    match = REQUIREMENT.match(entry)
    assert match
    return match["pin"]


def test_each_environment_has_a_lock() -> None:
    """Building, running, developing, measuring and a real Odoo are pinned apart."""
    assert [lock.stem for lock in LOCKS] == ["bench", "build", "dev", "e2e", "odoo", "run"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_by_version_and_hash(lock: Path) -> None:
    """Each entry names one version and the hashes of its files."""
    entries = requirements(lock)
    assert entries
    assert [name for name, entry in entries.items() if not version(entry).startswith("==")] == []
    assert [name for name, entry in entries.items() if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_host(lock: Path) -> None:
    """A lock says what to install, never from where."""
    text = lock.read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", text)


def test_the_locks_agree() -> None:
    """A distribution has the same version in every lock, so that what is tested is what runs."""
    dev = requirements(PROJECT / "requirements" / "dev.txt")
    assert [
        f"{lock.stem}: {name}"
        for lock in LOCKS
        for name, entry in requirements(lock).items()
        if name in dev and version(entry) != version(dev[name])
    ] == []


def test_the_lock_of_the_product_covers_its_dependencies() -> None:
    """Every dependency in pyproject.toml is in run.txt, and all of run.txt is in dev.txt."""
    run, dev = (requirements(PROJECT / "requirements" / f"{name}.txt") for name in ("run", "dev"))
    needed = {re.split(r"[<>=\[ ]", need)[0] for need in pyproject()["project"]["dependencies"]}
    assert needed <= run.keys() <= dev.keys()
