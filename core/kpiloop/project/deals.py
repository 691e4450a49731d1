"""`[deals]`: which deals count."""

from kpiloop.project.section import Section


class Deals(Section):
    """Nothing named: every deal counts."""

    pipelines: tuple[str, ...] = ()
    """Ids or names of the pipelines that count."""
    types: tuple[str, ...] = ()
    """Deal types that count; a deal without a type then does not."""
