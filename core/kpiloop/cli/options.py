"""What every verb of the command line understands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        show_default=False,
        help="The project's file; else $KPILOOP_CONFIG, else ./kpiloop.toml.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Say only what went wrong.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How this call wants to be answered, and about which project."""

    config: Path | None = None
    quiet: bool = False
    json: bool = False
    debug: bool = False

    @classmethod
    def of(cls, context: Any) -> Self:
        """The options of the verb that is running, or of the one that called it."""
        return context.obj if isinstance(context.obj, cls) else cls()

    def joined(self, later: Self) -> Self:
        """These options and those that were given later on the same line."""
        return type(self)(
            config=later.config or self.config,
            quiet=later.quiet or self.quiet,
            json=later.json or self.json,
            debug=later.debug or self.debug,
        )
