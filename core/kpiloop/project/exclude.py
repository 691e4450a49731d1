"""`[exclude]`: who counts nowhere, such as the own staff, tests and spam."""

from kpiloop.project.section import Section


class Exclude(Section):
    """Patterns with `*` and `?`; upper and lower case are the same."""

    emails: tuple[str, ...] = ()
    """Of people, such as `*@acme.example`."""
    companies: tuple[str, ...] = ()
    """Domains or names of companies; their people and deals are excluded with them."""
