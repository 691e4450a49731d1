"""How `show` says its values: as a table, for programs, or as CSV."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import fields

from kpiloop.cli.application import Application
from kpiloop.cli.asked import Answer, Asked
from kpiloop.cli.judging import told
from kpiloop.cli.numbers import difference, legend, marked, percent, share_range, shown
from kpiloop.kpi.kpi import Kpi
from kpiloop.kpi.value import KpiValue

UNKNOWN = "(unknown)"
_BEFORE_CUT = ("kpi", "grain", "period", "first_day", "last_day")
_AFTER_CUT = (
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "completeness",
    "reason",
    "version",
    "as_of",
    "low",
    "high",
)
_COMPARED = ("before_period", "before", "difference", "change")
_JUDGED = ("target", "target_source", "status", "pace")


def show_table(app: Application, asked: Asked, name: str, answers: Sequence[Answer]) -> None:
    """One KPI for people; columns that would be empty are left out."""
    kpi = asked.catalog.kpi(name)
    ordered = sorted(answers, key=lambda each: each.value.period.first_day)
    ranges = [share_range(each.interval) for each in ordered]
    columns: dict[str, Sequence[object]] = {
        "period": [each.value.period.key for each in ordered],
        **{key: [_dimension(each.value.dimensions[key]) for each in ordered] for key in asked.cut},
        "value": [_number(app, kpi, each) for each in ordered],
        **({"95 %": ranges} if any(ranges) else {}),
        **(_compared(app, kpi, ordered) if asked.against else {}),
        **(_judged(app, kpi, ordered) if any(each.progress for each in ordered) else {}),
        "sample": [each.value.sample_size for each in ordered],
        "": [each.value.reason for each in ordered],
    }
    app.output.table(
        tuple(columns),
        list(zip(*columns.values(), strict=True)),
        title=f"\n{kpi.title} ({name})",
        right=tuple(each for each in columns if each not in {"period", "status", "", *asked.cut}),
        spare=("95 %", "difference", "sample", "status"),
    )
    if asked.last_only and not ordered:
        app.output.say("no period is complete yet")
    for line in legend(
        [each.value for each in ordered], few=any(each.rests_on_few for each in ordered)
    ):
        app.output.say(line)


def for_programs(answer: Answer) -> dict[str, object]:
    """One value as an object: what a value holds, and what is said beside it."""
    held = {field.name: getattr(answer.value, field.name) for field in fields(KpiValue)}
    held["interval"] = answer.interval
    if (progress := answer.progress) is not None:
        held |= {
            "target": progress.aim.value,
            "target_source": progress.aim.source,
            "status": progress.status,
            "pace": progress.pace,
        }
    before = answer.before
    if before is None:
        return held
    return {
        **held,
        "before": None if before.value is None else before.value.value,
        "before_period": before.period.key,
        "difference": before.change.difference,
        "change": before.change.share,
    }


def write_csv(answers: Sequence[Answer], asked: Asked) -> None:
    """One row per value on stdout; numbers as they are, no value as an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    compared = _COMPARED if asked.against else ()
    judged = _JUDGED if any(each.progress for each in answers) else ()
    writer.writerow([*_BEFORE_CUT, *asked.cut, *_AFTER_CUT, *compared, *judged])
    for each in answers:
        found = for_programs(each)
        value, interval = each.value, each.interval
        writer.writerow(
            [value.kpi, value.period.grain.value, value.period.key]
            + [value.period.first_day, value.period.last_day]
            + [_safe(value.dimensions[key]) for key in asked.cut]
            + [value.value, value.numerator, value.denominator, value.sample_size]
            + [value.completeness.value, _safe(value.reason), value.version]
            + [value.as_of.isoformat()]
            + ([interval.low, interval.high] if interval else ["", ""])
            + [found.get(key) for key in (*compared, *judged)]
        )


def _number(app: Application, kpi: Kpi, answer: Answer) -> str:
    return marked(answer.value, kpi.unit, app.project.currency, few=answer.rests_on_few)


def _compared(app: Application, kpi: Kpi, answers: Sequence[Answer]) -> dict[str, list[str]]:
    """The columns of what values are compared with."""
    compared = [each.before for each in answers if each.before is not None]
    values = [None if each.value is None else each.value.value for each in compared]
    currency = app.project.currency
    return {
        "before": [shown(value, kpi.unit, currency) for value in values],
        "difference": [difference(each.change.difference, kpi.unit, currency) for each in compared],
        "change": [percent(each.change.share) for each in compared],
    }


def _judged(app: Application, kpi: Kpi, answers: Sequence[Answer]) -> dict[str, list[str]]:
    """The columns of what values should be."""
    told_ones = [told(each.progress, kpi.unit, app.project.currency) for each in answers]
    return {
        "target": [target for target, _ in told_ones],
        "status": [status for _, status in told_ones],
    }


def _dimension(value: str | None) -> str:
    return UNKNOWN if value is None else value


def _safe(text: str | None) -> str | None:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text
