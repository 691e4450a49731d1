"""Bars over long work, where somebody is looking."""

from io import StringIO

import pytest
from rich.console import Console

from kpiloop.cli.output import Output
from kpiloop.cli.progress import rows_progress


@pytest.mark.parametrize(("total", "is_drawn"), [(0, False), (3, True)])
def test_a_bar_is_drawn_where_there_is_something_to_do(*, total: int, is_drawn: bool) -> None:
    """Nobody wants to see how nothing goes on."""
    output, drawn = Output(), StringIO()
    output.notices = Console(file=drawn, force_terminal=True)
    with rows_progress(output, "Writing", total) as progress:
        progress(total)
    assert ("Writing" in drawn.getvalue()) is is_drawn
