"""What became of e-mails at each recipient, by HubSpot's oldest endpoint that still answers.

Events name the campaign that sent the e-mail, not the e-mail; which e-mail that is, is asked once
for each campaign.
"""

from collections.abc import Iterator
from threading import Lock

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from kpiloop import NotFoundError, Read
from kpiloop.web_api import Api, Page
from kpiloop_hubspot.paths import EMAIL_EVENTS
from kpiloop_hubspot.values import milliseconds

EVENT_PAGE = 1_000


class _Events(BaseModel):
    model_config = ConfigDict(frozen=True)

    events: list[dict[str, JsonValue]] = []
    has_more: bool = Field(default=False, validation_alias="hasMore")
    offset: str = ""


class _Campaign(BaseModel):
    model_config = ConfigDict(frozen=True)

    content_id: int | None = Field(default=None, validation_alias="contentId")


_EVENTS = TypeAdapter(_Events)
_CAMPAIGN = TypeAdapter(_Campaign)


class EmailEvents:
    """The events of one account; what is known of its campaigns is kept, for all threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._emails: dict[str, str | None] = {}
        self._asking = Lock()

    def pages(self, read: Read) -> Iterator[Page]:
        """The events of one type in a window, whose ends are both included."""
        params: dict[str, str | int] = {
            "eventType": read.slice,
            "limit": EVENT_PAGE,
            "endTimestamp": milliseconds(read.window.end),
        }
        if read.window.start:
            params["startTimestamp"] = milliseconds(read.window.start)
        offset = read.checkpoint
        while True:
            given = {**params, "offset": str(offset)} if offset else params
            found = self._api.get(EMAIL_EVENTS.at("events"), given).parse(_EVENTS)
            offset = found.offset if found.has_more else None
            rows = [{**event, "emailId": self._email_of(event)} for event in found.events]
            yield Page.rows(rows, checkpoint=offset)
            if not offset:
                return

    def _email_of(self, event: dict[str, JsonValue]) -> str | None:
        campaign = event.get("emailCampaignId")
        if campaign is None:
            return None
        key = str(campaign)
        with self._asking:
            if key not in self._emails:
                self._emails[key] = self._asked(key)
            return self._emails[key]

    def _asked(self, campaign: str) -> str | None:
        """The e-mail that a campaign sent; one that is gone is not known any more."""
        try:
            answer = self._api.get(EMAIL_EVENTS.at("campaigns", campaign))
        except NotFoundError:
            return None
        content = answer.parse(_CAMPAIGN).content_id
        return None if content is None else str(content)
