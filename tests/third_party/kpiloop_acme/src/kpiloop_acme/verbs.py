"""The verb that this package adds to the command line."""

from typing import Annotated

import typer

from kpiloop import Application


def acme(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="The name of [sources.<name>].")] = "acme",
) -> None:
    """Say which Acme account a source reads."""
    app = Application.of(context)
    connector = app.connect(source)
    app.output.data({"source": source, "reads": connector.name})
    app.output.say(f"{source} reads {connector.name}")
    connector.close()
