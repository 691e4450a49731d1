"""The application: what a verb, bundled or a plugin's, works with."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from kpiloop.cli.options import Options
from kpiloop.cli.output import Output
from kpiloop.cli.program import NAME, program
from kpiloop.cli.verbs import VERBS
from kpiloop.clock import Clock, SystemClock
from kpiloop.connector.base import Connector
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.connecting import connect
from kpiloop.project.loading import load_project
from kpiloop.project.project import Project


class Application:
    """One call of the program: its options, its project, its plugins and its way to answer.

    A verb gets it with `Application.of(context)`, from the `typer.Context` that it asks for.
    """

    def __init__(self, options: Options, *, clock: Clock | None = None) -> None:
        self.options = options
        self.output = Output(quiet=options.quiet, as_json=options.json)
        self.clock = clock or SystemClock()

    @classmethod
    def of(cls, context: Any) -> Self:
        """The application of the verb that was called with this context."""
        return cls(Options.of(context))

    @cached_property
    def host(self) -> PluginHost:
        """All plugins, asked at first use; a word about each broken one goes to stderr."""
        host = PluginHost.load(taken_commands=[verb.name for verb in VERBS])
        for broken in host.broken:
            self.output.notice(f"Plugin {broken.name} does not work: see `{NAME} plugins`.")
        return host

    @cached_property
    def project(self) -> Project:
        """The project, read at first use; raises ConfigError with all that is wrong with it."""
        return load_project(self.options.config, host=self.host)

    def connect(self, source: str) -> Connector[Any]:
        """The connector of one of the project's sources; whoever asks closes it."""
        return connect(self.project, source, host=self.host, clock=self.clock)

    def run(self, verb: str, *arguments: str, config: Path | None = None) -> int:
        """Run another verb as if it had been typed, on this project or another; its exit code."""
        options = replace(self.options, config=config or self.options.config)
        answer: object = program().main(
            [verb, *arguments], prog_name=NAME, standalone_mode=False, obj=options
        )
        return answer if isinstance(answer, int) else 0
