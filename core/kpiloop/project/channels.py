"""`[channels]`: by which rules people are grouped into channels."""

from pydantic import Field

from kpiloop.project.section import Name, Section


class ChannelRule(Section):
    """Whoever meets the condition came by the channel; the first rule that fits counts."""

    channel: Name
    where: str = Field(min_length=1)
    """A condition over the columns of a contact, such as `utm_medium = 'cpc'`."""


class Channels(Section):
    """The user's rules; those of the connector follow them."""

    rules: tuple[ChannelRule, ...] = ()
