"""`[channels]`: by which rules people are grouped into channels."""

from typing import Literal

from pydantic import Field

from kpiloop.project.section import Name, Section


class ChannelEntry(Section):
    """Whoever meets the condition came by the channel; the first rule that fits counts."""

    channel: Name
    where: str = Field(min_length=1)
    """A condition over the columns of a contact, such as `utm_medium = 'cpc'`."""


class Channels(Section):
    """The user's rules; those that the connector brings follow them."""

    rules: tuple[ChannelEntry, ...] = ()
    spread: Literal["new_customers"] | None = None
    """How sales cost without a channel is divided among the channels; no value: not at all."""
