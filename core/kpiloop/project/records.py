"""`[records]` and `[campaigns]`: what several systems hold of the same, and whose word counts."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from kpiloop.project.section import Name, Section


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Systems = Annotated[tuple[Name, ...], BeforeValidator(_several)]
"""One source, or several that each hold records of their own."""


class Records(Section):
    """The systems of record of each entity; nothing said: whatever any system holds counts."""

    deals: Systems = ()
    orders: Systems = ()
    campaigns: Systems = ()
    costs: Systems = ()
    budgets: Systems = ()
    stages: Systems = ()
    """In which stage of the ladder people are."""
    page_views: Systems = ()
    traffic_periods: Systems = ()
    form_submissions: Systems = ()
    email_events: Systems = ()
    activities: Systems = ()
    survey_responses: Systems = ()
    campaign_members: Systems = ()
    social_posts: Systems = ()

    def named(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each entity that has systems of record, with them."""
        for entity in type(self).model_fields:
            systems: tuple[str, ...] = getattr(self, entity)
            if systems:
                yield entity, systems


class Campaigns(Section):
    """Campaigns are one by ids and by an equal UTM name; by other names where the settings say."""

    aliases: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """A name → other names, UTM names and ids (`<source>:<id>`) of the same campaign."""
