"""The command line: one file per verb, each imported when it is called."""

from kpiloop.cli.program import main

__all__ = ["main"]
