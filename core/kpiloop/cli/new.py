"""`kpiloop new`: a package for a connector or a pack, which works before its first change."""

import shlex
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.cli.scaffold.naming import Naming
from kpiloop.cli.scaffold.rendering import rendered, write_package
from kpiloop.errors import ConfigError
from kpiloop.plugin_host.host import PluginHost


class Kind(StrEnum):
    """What a new package brings."""

    CONNECTOR = "connector"
    PACK = "pack"


def new(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What it brings.", show_default=False)],
    name: Annotated[
        str,
        typer.Argument(help="The vendor's or the pack's, such as acme.", show_default=False),
    ],
    *,
    into: Annotated[
        Path, typer.Option(help="Where its folder is made.", show_default="this folder")
    ] = Path(),
) -> None:
    """Make a package for a connector or a KPI pack: typed, tested, and ready to be changed.

    Its tests pass as it is made. TODO marks lead through what only you can know. A folder that is
    there is never touched.
    """
    app = Application.of(context)
    naming = Naming.of(name)
    _refuse_taken(naming, app.host)
    texts = rendered(kind, naming)
    folder = into.expanduser() / naming.distribution
    write_package(texts, folder)
    app.output.data({"folder": folder.absolute(), "files": list(texts)})
    app.output.say(f"Made {folder}, {len(texts)} files. What comes next:\n")
    app.output.say(f"  cd {shlex.quote(str(folder))}")
    app.output.say("  pip install --editable '.[dev]'")
    app.output.say(
        f"  pytest   # green; then follow the marks: grep -rn TODO {naming.package} tests"
    )


def _refuse_taken(naming: Naming, host: PluginHost) -> None:
    """Raise ConfigError where a plugin or connector that is installed has the name."""
    owners = {each.name: each.distribution for each in host.reports}
    connectors = {name: each.distribution for each in host.reports for name in each.connectors}
    if owner := {**owners, **connectors}.get(naming.plugin):
        raise ConfigError(
            f"{naming.plugin!r} is there already: {owner} brings it",
            where="kpiloop new",
            legal="a name that no line of `kpiloop plugins` has",
            todo="Choose another name, such as the vendor's with a word of your own.",
        )
