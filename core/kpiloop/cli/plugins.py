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
    for report in (each for each in reports if each.deprecated):
        app.output.say(_goes_away(report))
    for broken in app.host.broken:
        app.output.say(f"\n{broken.name} ({broken.module}): {broken.problem}\nNext: {broken.todo}")
    if app.host.broken:
        raise typer.Exit(1)


def _goes_away(report: PluginReport) -> str:
    origin = f"{report.module}, written for kpiloop {report.written_for or '?'}"
    uses = "\n".join(f"- {each}" for each in report.deprecated)
    todo = f"Update {report.distribution} before kpiloop, or tell its author."
    return f"\n{report.name} ({origin}) works, but uses what goes away:\n{uses}\nNext: {todo}"


def _row(report: PluginReport) -> tuple[str, ...]:
    origin = f"{report.distribution} {report.version}"
    brings = "nothing" if report.status is PluginStatus.BROKEN else _brings(report)
    return (report.name, report.status, brings, origin)


def _brings(report: PluginReport) -> str:
    kinds = {
        "connector": report.connectors,
        "pack": report.packs,
        "entity": report.entities,
        "table": report.derivations,
        "model": report.models,
        "verb": report.commands,
    }
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in kinds.items() if names)
