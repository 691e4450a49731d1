"""What people do besides: posts and their echo, calls and meetings, answers to surveys."""

from typing import ClassVar

from kpiloop.schema.fields import Instant, Number, Text, Whole
from kpiloop.schema.record import Record


class SocialPost(Record):
    """A post in a social network, with what came back."""

    entity: ClassVar[str] = "social_posts"
    singular: ClassVar[str] = "social_post"

    network: Text = None
    name: Text = None
    campaign_id: Text = None
    product: Text = None
    impressions: Whole = None
    reach: Whole = None
    likes: Whole = None
    comments: Whole = None
    shares: Whole = None
    reposts: Whole = None
    reviews: Whole = None
    clicks: Whole = None
    posted_at: Instant = None


class Activity(Record):
    """Something that the own people did with a contact: a call, a meeting, a task."""

    entity: ClassVar[str] = "activities"
    singular: ClassVar[str] = "activity"

    kind: Text = None
    """call, meeting, email, task or note."""
    outcome: Text = None
    owner_id: Text = None
    contact_id: Text = None
    company_id: Text = None
    deal_id: Text = None
    campaign_id: Text = None
    minutes: Number = None
    happened_at: Instant = None


class SurveyResponse(Record):
    """One answer to a survey, with the scale that it was given on."""

    entity: ClassVar[str] = "survey_responses"
    singular: ClassVar[str] = "survey_response"

    survey_id: Text = None
    kind: Text = None
    """csat, nps, ces or custom."""
    score: Number = None
    lowest: Number = None
    highest: Number = None
    """The ends of the scale: 1 and 5, 0 and 10."""
    contact_id: Text = None
    email: Text = None
    product: Text = None
    answered_at: Instant = None


class CampaignMember(Record):
    """A contact that a campaign reached."""

    entity: ClassVar[str] = "campaign_members"
    singular: ClassVar[str] = "campaign_member"
    child_of: ClassVar[str] = "campaigns"

    parent_id: Text = None
    """The campaign's id."""
    contact_id: Text = None
    status: Text = None
    joined_at: Instant = None
    responded_at: Instant = None
