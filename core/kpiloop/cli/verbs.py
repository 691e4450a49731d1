"""The verbs of kpiloop itself, in the order in which `kpiloop --help` shows them.

A verb is a function in a file of its own, `kpiloop/cli/<verb>.py`; its line here is all that the
program knows of it until it is called, so the file may import what it likes:

    def pull(context: typer.Context, *, full: Annotated[bool, typer.Option(help="…")] = False):
        '''What the verb does, as its own --help shows it.'''
        app = Application.of(context)
        ...
        raise typer.Exit(1)     # only where the run is not green; errors are raised as they are

Every verb also understands --config, --quiet, --json and --debug: `app.options` has them, and
`app.output` answers accordingly.
"""

from kpiloop.hookspecs import Command

VERBS: tuple[Command, ...] = (
    Command(
        name="plugins",
        run="kpiloop.cli.plugins:plugins",
        help="List the plugins, and what is wrong with those that do not work.",
    ),
)
