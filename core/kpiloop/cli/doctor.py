"""`kpiloop doctor`: whether everything is as it must be, and what to do where it is not."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import typer
from rich.table import Table
from rich.text import Text

from kpiloop.cli.application import Application
from kpiloop.cli.checkup.finding import Finding, exit_code_of, failed_by
from kpiloop.cli.checkup.home import check_home
from kpiloop.cli.checkup.project import check_plugins, check_project
from kpiloop.cli.checkup.records import check_records
from kpiloop.cli.checkup.source import check_source
from kpiloop.cli.checkup.targets import check_targets
from kpiloop.connector.base import CheckStatus
from kpiloop.errors import KpiloopError

_STYLES = {CheckStatus.OK: "green", CheckStatus.WARNING: "yellow", CheckStatus.FAILED: "bold red"}


def doctor(context: typer.Context) -> None:
    """Look at everything that a run needs, and say what is wrong and what to do about it.

    Nothing is changed, here or in the systems. The exit code is 2 where a setting, key, right or
    definition has to be corrected, 1 where something else failed, and 0 otherwise.
    """
    app = Application.of(context)
    findings: list[Finding] = []
    for finding in _findings(app):
        if app.output.is_plain:
            _show(app, finding, is_first=finding.area not in {each.area for each in findings})
        findings.append(finding)
    _sum_up(app, findings)
    app.output.data([{"area": each.area, **asdict(each.check)} for each in findings])
    if code := exit_code_of(findings):
        raise typer.Exit(code)


def _findings(app: Application) -> Iterator[Finding]:
    yield from check_plugins(app.host)
    try:
        project = app.project
    except KpiloopError as error:
        yield failed_by("project", "file", error)
        return
    yield from check_project(project, app.host)
    yield from check_records(project, app.host)
    yield from check_targets(project, app.host)
    yield from check_home(project)
    for source in project.sources:
        with app.output.notices.status(f"Asking {source} …"):
            found = check_source(project, source, app.host, app.clock)
        yield from found


def _show(app: Application, finding: Finding, *, is_first: bool) -> None:
    if is_first:
        app.output.console.print(Text(finding.area, style="bold"))
    check = finding.check
    text = f"{check.what}: {check.found}" if check.found else check.what
    if check.todo and check.status is not CheckStatus.OK:
        text += f"\nNext: {check.todo}"
    line = Table.grid(padding=(0, 2))
    line.add_column(width=len("  warning"))
    line.add_column(overflow="fold")
    line.add_row(Text(f"  {check.status}", style=_STYLES[check.status]), Text(text))
    app.output.console.print(line)


def _sum_up(app: Application, findings: Sequence[Finding]) -> None:
    statuses = [each.check.status for each in findings]
    bad, odd = statuses.count(CheckStatus.FAILED), statuses.count(CheckStatus.WARNING)
    if bad or odd:
        app.output.say(f"\n{bad} failed, {odd} to know of, {len(findings)} looked at.")
    else:
        app.output.say(f"\nAll {len(findings)} are well. Next: `kpiloop run`.")
