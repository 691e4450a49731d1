"""How HubSpot spells calls, meetings and answers to surveys."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field

from kpiloop import Activity, Deleted, Id, Instant, Modified, Number, SurveyResponse, Text
from kpiloop_hubspot.links import Associated
from kpiloop_hubspot.wire import in_property

_DISPOSITIONS = MappingProxyType(
    {
        "f240bbac-87c9-4f6e-bf70-924b57d47db7": "connected",
        "9d9162e7-6cf3-4944-bf63-4dff82258764": "busy",
        "73a0d17f-1163-4015-bdd5-ec830791da20": "no answer",
        "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "left live message",
        "b2cf5968-551e-4856-9783-52b3da59a7d0": "left voicemail",
        "17b47fee-58de-441e-a44c-c6300d46f273": "wrong number",
    }
)
"""The outcomes that every account has; an own one keeps its id."""
_SCALES = MappingProxyType({"nps": (0, 10), "ces": (1, 7), "csat": (0, 2)})
"""What the answers to HubSpot's own surveys range over; an own survey's scale is not told."""
_MINUTE = timedelta(minutes=1)
_MILLISECONDS_OF_MINUTE = 60_000


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _outcome_of_call(value: object) -> object:
    return _DISPOSITIONS.get(value, value) if isinstance(value, str) else value


Word = Annotated[Text, BeforeValidator(_lower)]
"""A code of HubSpot's, in lower case."""


class HubspotCall(Activity):
    """A call; whom it reached is read as a link."""

    id: Id
    outcome: Annotated[Text, BeforeValidator(_outcome_of_call)] = in_property("hs_call_disposition")
    owner_id: Text = in_property("hubspot_owner_id")
    duration: Number = in_property("hs_call_duration")
    happened_at: Instant = in_property("hs_timestamp")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")

    def records(self) -> Iterator[Self]:
        """The call with its length in minutes: HubSpot counts milliseconds."""
        minutes = None if self.duration is None else self.duration / _MILLISECONDS_OF_MINUTE
        yield self.model_copy(update={"kind": "call", "minutes": minutes})


class HubspotMeeting(Activity):
    """A meeting; who was there is read as links."""

    id: Id
    outcome: Word = in_property("hs_meeting_outcome")
    owner_id: Text = in_property("hubspot_owner_id")
    starts_at: Instant = in_property("hs_meeting_start_time")
    ends_at: Instant = in_property("hs_meeting_end_time")
    happened_at: Instant = in_property("hs_timestamp")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")

    def records(self) -> Iterator[Self]:
        """The meeting with its length in minutes."""
        yield self.model_copy(update={"kind": "meeting", "minutes": self._minutes()})

    def _minutes(self) -> Decimal | None:
        if self.starts_at is None or self.ends_at is None:
            return None
        return Decimal((self.ends_at - self.starts_at) // _MINUTE)


class ArchivedActivity(Activity):
    """A call or meeting in the recycling bin."""

    id: Id
    archived: Annotated[Instant, Deleted()] = Field(default=None, validation_alias="archivedAt")


class ActivityContacts(Associated):
    """The people of an activity."""

    to_entity: ClassVar[str] = "contacts"

    def records(self) -> Iterator[Activity]:
        """The activity with its contact."""
        yield Activity(id=self.id, contact_id=self.first)


class ActivityCompanies(Associated):
    """The companies of an activity."""

    to_entity: ClassVar[str] = "companies"

    def records(self) -> Iterator[Activity]:
        """The activity with its company."""
        yield Activity(id=self.id, company_id=self.first)


class ActivityDeals(Associated):
    """The deals of an activity."""

    to_entity: ClassVar[str] = "deals"

    def records(self) -> Iterator[Activity]:
        """The activity with its deal."""
        yield Activity(id=self.id, deal_id=self.first)


class HubspotSurveyResponse(SurveyResponse):
    """An answer to a survey."""

    id: Id
    survey_id: Text = in_property("hs_survey_id")
    kind: Word = in_property("hs_survey_type")
    score: Number = in_property("hs_value")
    contact_id: Text = in_property("hs_contact_id")
    email: Text = in_property("hs_contact_email_rollup")
    answered_at: Instant = in_property("hs_submission_timestamp")
    modified: Annotated[Instant, Modified()] = in_property("hs_lastmodifieddate")

    def records(self) -> Iterator[Self]:
        """The answer with the ends of its scale."""
        lowest, highest = _SCALES.get(self.kind or "", (None, None))
        yield self.model_copy(update={"lowest": lowest, "highest": highest})
