"""How Mailchimp spells what is no campaign by e-mail: automations, pages, surveys and ads."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from kpiloop import (
    Campaign,
    Day,
    Email,
    Id,
    Instant,
    Money,
    Number,
    SocialPost,
    SurveyResponse,
    Text,
    TrafficPeriod,
    Whole,
    Wire,
)
from kpiloop_mailchimp.listing import Row
from kpiloop_mailchimp.wire import KEY, at, in_account

CONTACT = "kpiloop_contact_id"
"""In an answer to a survey: the contact, as the audience's members are called."""

SURVEY = "kpiloop_survey_id"
"""In an answer to a survey: the survey, which only the path tells."""

KIND, LOWEST, HIGHEST = "kpiloop_kind", "kpiloop_lowest", "kpiloop_highest"
"""In an answer to a survey: what the settings say that it measures, and on which scale."""

_SCALES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
)

_RANGE = "range"
"""The type of a question that is answered with a number."""


class Automation(Campaign):
    """A classic automation: a series of e-mails. Customer journeys cannot be read."""

    id: Id
    name: Text = at("settings", "title")
    status: Text = None
    created_at: Instant = Field(default=None, validation_alias="create_time")

    def records(self) -> Iterator[Self]:
        """Itself; its channel goes without saying."""
        yield self.model_copy(update={"channel": "email"})


class AutomationEmail(Email):
    """One e-mail of an automation."""

    id: Id
    name: Text = at("settings", "title")
    subject: Text = at("settings", "subject_line")
    status: Text = None
    campaign_id: Text = Field(default=None, validation_alias="workflow_id")
    audience_id: Text = at("recipients", "list_id")
    created_at: Instant = Field(default=None, validation_alias="create_time")

    def records(self) -> Iterator[Self]:
        """Itself, as what it is."""
        yield self.model_copy(update={"kind": "automated"})


class DayCount(BaseModel):
    """A number of one day."""

    model_config = ConfigDict(frozen=True)

    day: Day = Field(default=None, validation_alias="date")
    number: Whole = Field(default=None, validation_alias="val")


class LandingPage(Wire):
    """A landing page with its traffic of the last seven days, which is all that is told by day."""

    id: Id
    url: Text = None
    visits: tuple[DayCount, ...] | None = at("timeseries", "daily_stats", "visits")
    visitors: tuple[DayCount, ...] | None = at("timeseries", "daily_stats", "unique_visits")

    def records(self) -> Iterator[TrafficPeriod]:
        """A day's traffic each."""
        visits = {each.day: each.number for each in self.visits or ()}
        visitors = {each.day: each.number for each in self.visitors or ()}
        for day in sorted(each for each in {*visits, *visitors} if each):
            yield TrafficPeriod(
                id=f"{self.id}:{day.isoformat()}",
                first_day=day,
                last_day=day,
                breakdown="page",
                page=urlsplit(self.url or "").path or None,
                visits=visits.get(day),
                visitors=visitors.get(day),
            )


class Submission(SurveyResponse):
    """That somebody answered a survey."""

    id: Id = Field(validation_alias=KEY)
    survey_id: Text = Field(default=None, validation_alias=SURVEY)
    contact_id: Text = Field(default=None, validation_alias=CONTACT)
    email: Text = at("contact", "email")
    answered_at: Instant = Field(default=None, validation_alias="submitted_at")
    kind: Text = Field(default=None, validation_alias=KIND)
    lowest: Number = Field(default=None, validation_alias=LOWEST)
    highest: Number = Field(default=None, validation_alias=HIGHEST)


class Result(BaseModel):
    """The answer to one question."""

    model_config = ConfigDict(frozen=True)

    question_type: Text = None
    answer: Text = None


class Score(SurveyResponse):
    """What somebody answered to the survey's question for a number; its ends are not told."""

    id: Id = Field(validation_alias=KEY)
    results: Sequence[Result] = ()

    def records(self) -> Iterator[Self]:
        """Itself with the first number."""
        answers = (each.answer for each in self.results if each.question_type == _RANGE)
        yield self.model_copy(update={"score": _number(next(answers, None))})


class FacebookAd(Campaign):
    """An advertisement in Facebook or Instagram that was bought through Mailchimp."""

    id: Id
    name: Text = None
    status: Text = None
    starts_on: Day = Field(default=None, validation_alias="start_time")
    ends_on: Day = Field(default=None, validation_alias="end_time")
    budget: Money = at("budget", "total_amount")
    currency: Text = at("budget", "currency_code")
    created_at: Instant = Field(default=None, validation_alias="create_time")

    def records(self) -> Iterator[Self]:
        """Itself; its channel goes without saying."""
        yield self.model_copy(update={"channel": "paid_social"})


class FacebookEcho(SocialPost):
    """What came back on an advertisement."""

    id: Id
    name: Text = None
    impressions: Whole = at("report_summary", "impressions")
    reach: Whole = at("report_summary", "reach")
    likes: Whole = at("report_summary", "likes")
    comments: Whole = at("report_summary", "comments")
    shares: Whole = at("report_summary", "shares")
    clicks: Whole = at("report_summary", "clicks")
    posted_at: Instant = Field(default=None, validation_alias="published_time")

    def records(self) -> Iterator[Self]:
        """Itself, in the campaign of the same id."""
        yield self.model_copy(update={"network": "facebook", "campaign_id": self.id})


def submission_row(audience: str, survey: str, kind: str | None, row: Row) -> Row:
    """An answer with what only its path and the settings tell."""
    lowest, highest = _SCALES.get(kind or "", (None, None))
    contact = row.get("contact")
    own_id = contact.get("contact_id") if isinstance(contact, dict) else None
    return {
        **row,
        KEY: in_account(survey, row.get("response_id")),
        SURVEY: survey,
        CONTACT: in_account(audience, own_id),
        KIND: kind or "custom",
        LOWEST: lowest,
        HIGHEST: highest,
    }


def _number(answer: str | None) -> Decimal | None:
    try:
        return Decimal(answer) if answer else None
    except InvalidOperation:
        return None
