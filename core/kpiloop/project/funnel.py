"""`[funnel]`: how stages are counted."""

from pydantic import StrictBool

from kpiloop.project.section import Section


class Funnel(Section):
    """A stage is entered when a system says so."""

    fill_skipped: StrictBool = False
    """Whether one who skips a stage has entered it at the time of the next one."""
