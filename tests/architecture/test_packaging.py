"""What is built, installed and found."""

import importlib.metadata
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kpiloop
from architecture.source_tree import DOOR, PROJECT, SOURCE_ROOTS, extension_folders, pyproject


def package_folders() -> list[Path]:
    """The folders on disk that ship, the core first."""
    return [PROJECT / "core" / DOOR, *extension_folders()]


def source_files() -> dict[str, bytes]:
    """What the packages hold on disk, by the name under which it is installed."""
    return {
        path.relative_to(folder.parent).as_posix(): path.read_bytes()
        for folder in package_folders()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_is_told_every_package_by_name() -> None:
    """`packages` lists exactly the folders on disk: a glob builds an empty wheel in silence."""
    told = pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(told) == sorted(str(path.relative_to(PROJECT)) for path in package_folders())


def test_a_source_root_holds_packages_and_nothing_else() -> None:
    """A stray file beside the packages would be forgotten by the wheel."""
    strays = [
        path
        for root in SOURCE_ROOTS
        for path in (PROJECT / root).iterdir()
        if path not in package_folders() and path.name != "__pycache__"
    ]
    assert strays == []


@pytest.mark.parametrize("folder", package_folders(), ids=lambda folder: folder.name)
def test_every_package_is_typed_and_named(folder: Path) -> None:
    """Each package has an __init__.py and a py.typed, and a bundled one starts with kpiloop_."""
    assert (folder / "__init__.py").is_file()
    assert (folder / "py.typed").is_file()
    assert folder.name == DOOR or folder.name.startswith(f"{DOOR}_")


def test_bundled_plugins_arrive_by_entry_point() -> None:
    """Every bundled connector and plugin is announced as a stranger's would be."""
    announced = pyproject()["project"]["entry-points"][DOOR]
    assert announced == {
        folder.name.removeprefix(f"{DOOR}_"): folder.name for folder in extension_folders()
    }


def test_the_installed_entry_points_are_those_of_the_project() -> None:
    """What is installed is up to date with pyproject.toml: entry points are read at install."""
    found = importlib.metadata.distribution(DOOR).entry_points.select(group=DOOR)
    assert {point.name: point.value for point in found} == pyproject()["project"]["entry-points"][
        DOOR
    ]


def test_the_type_checker_sees_every_package() -> None:
    """Mypy is told all packages by name."""
    told = pyproject()["tool"]["mypy"]["packages"]
    assert sorted(told) == sorted(folder.name for folder in package_folders())


def test_the_wheel_holds_every_source_file_and_no_other(tmp_path: Path) -> None:
    """A wheel built from the work tree carries the packages' files, byte for byte."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*build, "-d", str(tmp_path)], cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name
        }
    assert packed == source_files()


@pytest.mark.skipif(
    os.environ.get("KPILOOP_TEST_WHEEL") != "1", reason="the work tree is tested, not the wheel"
)
def test_the_installed_wheel_is_what_is_tested() -> None:
    """Under `make test`, kpiloop comes from site-packages and equals the sources."""
    site_packages = Path(kpiloop.__file__).resolve().parents[1]
    assert site_packages.name == "site-packages"
    installed = {
        name: path.read_bytes() if (path := site_packages / name).is_file() else b"missing"
        for name in source_files()
    }
    assert installed == source_files()
