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


def _verb(name: str, text: str) -> Command:
    return Command(name=name, run=f"kpiloop.cli.{name}:{name}", help=text)


VERBS: tuple[Command, ...] = (
    _verb("init", "Write a kpiloop.toml to begin with, and say what comes next."),
    _verb("doctor", "Look at everything that a run needs, and say what is wrong."),
    _verb("pull", "Read what changed in the systems of the project, and store it."),
    _verb("show", "Show KPIs by period, channel and whatever else they can be cut by."),
    _verb("explain", "Explain a KPI: its definition, its tree with numbers, its SQL."),
    _verb("tree", "Draw what the company's goal consists of, with values and targets."),
    _verb("rules", "Test a rule of MQLs or SQLs on history, beside today's."),
    _verb("plan", "Show what would be written into the systems, before anything is."),
    _verb("apply", "Write what a plan says, and show what became of each value."),
    _verb("run", "Do one cycle: pull, compute, plan, and apply what is automatic."),
    _verb("runs", "List what was done, when, and how it ended."),
    _verb("quarantine", "List the records that were set aside, and why."),
    _verb("new", "Make a package of your own: a connector or a KPI pack."),
    _verb("plugins", "List the plugins, and what is wrong with those that do not work."),
)
