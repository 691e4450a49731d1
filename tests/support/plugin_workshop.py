"""Plugins that are made for one test: modules and the metadata of their distributions."""

from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path
from textwrap import dedent

from kpiloop.plugin_host.finding import Found, found_in
from kpiloop.plugin_host.host import PluginHost


class Workshop:
    """A folder on the import path, in which plugins are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self, source: str, *, name: str = "acme", distribution: str = "") -> str:
        """Install a plugin of one module; gives the module's name.

        Without a distribution of its own, the plugin is one that is called like its module.
        """
        module = f"{distribution or 'kpiloop'}_{name}".replace("-", "_")
        distribution = distribution or module.replace("_", "-")
        (self.folder / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        info = self.folder / f"{distribution.replace('-', '_')}-1.2.3.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Name: {distribution}\nVersion: 1.2.3\n", encoding="utf-8")
        with (info / "entry_points.txt").open("a", encoding="utf-8") as file:
            file.write(f"[kpiloop]\n{name} = {module}\n")
        return module

    def found(self) -> Sequence[Found]:
        """The plugins that are installed in the folder, as the program would find them."""
        points = [
            point for each in distributions(path=[str(self.folder)]) for point in each.entry_points
        ]
        return found_in(points)

    def host(self) -> PluginHost:
        """A host of these plugins and no others."""
        return PluginHost.load(self.found(), taken_commands=["pull"])
