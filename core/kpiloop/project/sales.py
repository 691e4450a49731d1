"""`[sales]`: who is inside sales, and when a deal is passed on."""

from kpiloop.project.section import Section


class Sales(Section):
    """Patterns with `*` and `?`; upper and lower case are the same."""

    inside: tuple[str, ...] = ("inside*sales*", "sales*development*", "sdr*", "bdr*")
    """Names of the teams that are inside sales, or addresses of its people."""
    passed_from: tuple[str, ...] = ()
    """Ids or names of the stages of pipelines from which on a deal is with sales; nothing named:
    it is when it is made."""
