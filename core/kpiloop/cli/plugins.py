"""`kpiloop plugins`: what is installed, what it brings, and what is wrong with it."""

import typer

from kpiloop.cli.application import Application
from kpiloop.plugin_host.report import PluginReport, PluginStatus


def plugins(context: typer.Context) -> None:
    """List the plugins, and what is wrong with those that do not work.

    The exit code is 1 where one does not work; all others work all the same.
    """
    app = Application.of(context)
    reports = app.host.reports
    app.output.data(reports)
    columns = ("plugin", "status", "brings", "from")
    app.output.table(columns, [_row(each) for each in reports])
    for broken in app.host.broken:
        app.output.say(f"\n{broken.name} ({broken.module}): {broken.problem}\nNext: {broken.todo}")
    if app.host.broken:
        raise typer.Exit(1)


def _row(report: PluginReport) -> tuple[str, ...]:
    origin = f"{report.distribution} {report.version}"
    brings = "nothing" if report.status is PluginStatus.BROKEN else _brings(report)
    return (report.name, report.status, brings, origin)


def _brings(report: PluginReport) -> str:
    kinds = {
        "connector": report.connectors,
        "pack": report.packs,
        "entity": report.entities,
        "verb": report.commands,
    }
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items() if names)
