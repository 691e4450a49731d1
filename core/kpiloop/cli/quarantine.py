"""`kpiloop quarantine`: the records that were set aside, and why."""

from typing import Annotated

import typer

from kpiloop.cli.application import Application
from kpiloop.engine.cycle.cycle import Cycle

_COLUMNS = ("source", "stream", "record", "reason", "times", "first seen", "last seen")


def quarantine(
    context: typer.Context,
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Show each record as it came.")] = False,
    last: Annotated[int, typer.Option(help="How many of them.", min=1)] = 50,
) -> None:
    """List the records that were set aside because they do not validate, and why.

    Nothing is lost: each pull tries them again, and takes those in that validate by then.
    """
    app = Application.of(context)
    with (
        Cycle.look(app.project, app.host, app.clock) as cycle,
        cycle.warehouse() as warehouse,
        warehouse.cursor() as cursor,
    ):
        count = cursor.execute("SELECT count(*) FROM state.quarantine").fetchone()
        rows = cursor.execute(
            "SELECT source, stream, record_id, reason, times, first_seen_at, last_seen_at, raw "
            "FROM state.quarantine ORDER BY last_seen_at DESC, source, stream, record_id LIMIT ?",
            [last],
        ).fetchall()
    app.output.data([dict(zip((*_COLUMNS, "raw"), row, strict=True)) for row in rows])
    total = count[0] if count else 0
    if not total:
        app.output.say("Nothing is in quarantine.")
        return
    shown = [(*row[:5], f"{row[5]:%Y-%m-%d}", f"{row[6]:%Y-%m-%d}") for row in rows]
    app.output.table(
        _COLUMNS,
        shown,
        title=f"In quarantine: {total:,}",
        right=("times",),
        spare=("first seen", "times", "last seen"),
    )
    if raw:
        for row in rows:
            app.output.say(f"{row[1]} {row[2]}: {row[7]}")
