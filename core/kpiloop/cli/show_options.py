"""The options of `show`: what narrows down the numbers, and how they are answered."""

from typing import Annotated

import typer

from kpiloop.kpi.calendar import Grain
from kpiloop.kpi.compare import Against
from kpiloop.kpi.span import LEGAL

KpiNames = Annotated[
    list[str] | None, typer.Argument(help="KPIs to show.", show_default="an overview of all")
]
CutBy = Annotated[
    list[str] | None, typer.Option("--by", help="Cut by this dimension; may be repeated.")
]
OnlyOf = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="DIMENSION=VALUE",
        help="Only this value of a dimension, such as segment=enterprise; may be repeated.",
    ),
]
OfGrain = Annotated[Grain, typer.Option(help="How long a period is.")]
Since = Annotated[str | None, typer.Option(help=f"From: {LEGAL}.", show_default=False)]
Until = Annotated[str | None, typer.Option(help="To, in the same words.")]
Compare = Annotated[
    Against | None,
    typer.Option(help="Compare with the period before, or with the same one a year before."),
]
LastOnly = Annotated[
    bool, typer.Option("--last", help="Only the last period that is complete, cohorts as well.")
]
Every = Annotated[
    bool, typer.Option("--all", help="The overview of all KPIs, with twins and reasons.")
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer in CSV.")]
