"""Simulated vendors for kpiloop, with a made-up company in them: the verbs `demo` and `sandbox`."""

from collections.abc import Sequence

from kpiloop import Command, hookimpl


@hookimpl
def kpiloop_commands() -> Sequence[Command]:
    """The verbs of this plugin."""
    return [
        Command(
            name="demo",
            run="kpiloop_sandbox.demo.verb:demo",
            help="See the whole loop on a made-up company; needs no key.",
        ),
        Command(
            name="sandbox",
            run="kpiloop_sandbox.serve:sandbox",
            help="Serve simulated vendors, to try things on.",
        ),
    ]
