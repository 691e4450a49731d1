"""New packages, made by the program and installed as their authors would install them."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.program import START

NAME = "big-crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A package that was made, and where it is installed."""

    folder: Path
    site: Path

    def run(self, module: str, *arguments: str, **environment: str) -> str:
        """What a tool says in the package's folder; AssertionError where it finds something."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.site), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session", params=["connector", "pack"])
def package(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Made:
    """A new package of each kind, installed without a network from a copy of its sources."""
    where = tmp_path_factory.mktemp(request.param)
    command = [sys.executable, "-c", START, "new", request.param, NAME]
    subprocess.run(command, cwd=where, check=True, capture_output=True)
    folder = where / f"kpiloop-{NAME}"
    built = shutil.copytree(folder, tmp_path_factory.mktemp("build") / "sources")
    site = tmp_path_factory.mktemp("site")
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    pip = [sys.executable, "-m", "pip", "install", *offline, "--target", str(site), str(built)]
    subprocess.run(pip, check=True, capture_output=True)
    return Made(folder=folder, site=site)
