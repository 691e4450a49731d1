"""The program `kpiloop`, run as a user runs it, on a project with one source."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.setting_names import SettingNames
from kpiloop.testing.explaining import not_tested
from kpiloop.testing.keys import keys_of

_SOURCE = "contract"
_START = "from kpiloop.cli import main; main()"
_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRun:
    """A folder with a project, and the environment with its keys."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, connector: Connector[Any], folder: Path) -> "ProgramRun":
        """A project that reads what a connector reads.

        Skips where the connector's plugin is not installed beside kpiloop.
        """
        if PluginHost.load().connectors.get(connector.name) is not type(connector):
            not_tested(
                "what the program prints and stores",
                todo="install the connector's package (pip install --editable .) for its tests",
            )
        names = SettingNames(source=_SOURCE, model=type(connector).settings_type)
        (folder / "kpiloop.toml").write_text(_project(connector, names, folder), encoding="utf-8")
        keys = {names.variable(name): key for name, key in keys_of(connector).items()}
        paths = os.pathsep.join(path for path in sys.path if path)
        return cls(folder=folder, environment={**os.environ, **keys, "PYTHONPATH": paths})

    def call(self, *arguments: str) -> str:
        """What one call of the program prints, errors included."""
        done = subprocess.run(  # noqa: S603 - the program itself
            [sys.executable, "-c", _START, *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        return done.stdout + done.stderr

    def stored(self) -> Mapping[str, bytes]:
        """Every file that the program has written, by its name."""
        home = self.folder / "home"
        return {each.name: each.read_bytes() for each in home.rglob("*") if each.is_file()}


def _project(connector: Connector[Any], names: SettingNames, folder: Path) -> str:
    given = connector.settings.model_dump(mode="json", exclude_unset=True)
    table = {name: value for name, value in given.items() if name not in names.secrets}
    lines = [f"{name} = {json.dumps(value)}" for name, value in table.items() if value is not None]
    return "\n".join(
        [
            "[project]",
            f"home = {json.dumps(str(folder / 'home'))}",
            'timezone = "Europe/Berlin"',
            'currency = "EUR"',
            f"[sources.{_SOURCE}]",
            f"connector = {json.dumps(connector.name)}",
            *lines,
            "",
        ]
    )
