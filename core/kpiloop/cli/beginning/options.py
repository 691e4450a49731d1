"""The options of `init`: each is one answer."""

from pathlib import Path
from typing import Annotated

import typer

Where = Annotated[Path, typer.Argument(help="Where to write it.", show_default="this folder")]
Systems = Annotated[
    list[str] | None, typer.Option(help="A connector to read with; one for each system.")
]
Zone = Annotated[str | None, typer.Option(help="When a day begins.", show_default="this machine's")]
HomeCurrency = Annotated[
    str | None, typer.Option(help="What money is converted to.", show_default=False)
]
Goals = Annotated[
    list[str] | None,
    typer.Option(metavar="KPI[=NUMBER]", help="The goal, and what it should reach in a month."),
]
Departments = Annotated[
    str | None,
    typer.Option(help="Who works for the goal, such as marketing,inside-sales,sales,support."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take what is proposed.")]
