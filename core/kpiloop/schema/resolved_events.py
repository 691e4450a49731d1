"""The resolved tables of what happens: on the web, in e-mail, in conversations, and in the shop.

What holds for all resolved tables holds here too. An event is of the contact that its system
names, else of the one person who has its address; one that is of nobody known has no `person_id`
and counts all the same.
"""

from typing import ClassVar

from kpiloop.schema.fields import Day, Flag, Instant, Money, Number, Text, Whole
from kpiloop.schema.resolved import Resolved


class ResolvedEmail(Resolved):
    """One marketing e-mail as it was sent to many."""

    entity: ClassVar[str] = "emails"
    singular: ClassVar[str] = "email_message"

    name: Text = None
    subject: Text = None
    kind: Text = None
    status: Text = None
    variant: Text = None
    campaign_id: Text = None
    audience_id: Text = None
    sent_at: Instant = None
    created_at: Instant = None


class ResolvedEmailEvent(Resolved):
    """One thing that happened to one e-mail at one recipient."""

    entity: ClassVar[str] = "email_events"
    singular: ClassVar[str] = "email_event"

    kind: Text = None
    bounce_kind: Text = None
    is_machine: Flag = None
    person_id: Text = None
    email_message_id: Text = None
    delivery_id: Text = None
    """The e-mail at its recipient: whatever happens to it there has the same one."""
    campaign_id: Text = None
    variant: Text = None
    link: Text = None
    happened_at: Instant = None


class Delivery(Resolved):
    """One e-mail at one recipient, with the first time of everything that happened to it."""

    entity: ClassVar[str] = "deliveries"
    singular: ClassVar[str] = "delivery"

    person_id: Text = None
    channel: Text = None
    """email, whatever brought the recipient once."""
    email_message_id: Text = None
    campaign_id: Text = None
    variant: Text = None
    sent_at: Instant = None
    delivered_at: Instant = None
    """As the system tells; where it never tells, what was sent and did not bounce."""
    opened_at: Instant = None
    opened_by_human_at: Instant = None
    """First open that is not known to be a program's."""
    is_unreliable: Flag = None
    """Whether a program opened it: then an open says nothing of the recipient."""
    clicked_at: Instant = None
    """First click that is not known to be a program's."""
    bounced_at: Instant = None
    bounce_kind: Text = None
    """hard, if any bounce was, else soft."""
    unsubscribed_at: Instant = None
    complained_at: Instant = None
    converted_at: Instant = None
    """When the recipient, having opened it, first sent a form or ordered."""
    click_converted_at: Instant = None
    """When the recipient, having clicked in it, first sent a form or ordered."""


class ResolvedEmailTotal(Resolved):
    """What a system counts for an e-mail itself: one number, of all recipients and up to now."""

    entity: ClassVar[str] = "email_totals"
    singular: ClassVar[str] = "email_total"

    kind: Text = None
    """As of an event; for opens and clicks with `unique_` before it: of recipients."""
    email_message_id: Text = None
    campaign_id: Text = None
    variant: Text = None
    amount: Whole = None
    sent_at: Instant = None
    """When the e-mail was sent: nobody tells on which days the number grew."""


class ResolvedPageView(Resolved):
    """One view of one page, by the channel and campaign that brought the visit."""

    entity: ClassVar[str] = "page_views"
    singular: ClassVar[str] = "page_view"

    page: Text = None
    visitor_id: Text = None
    visit_id: Text = None
    ip: Text = None
    daily_ip: Text = None
    """The address with its day: counted over days it counts once a day."""
    person_id: Text = None
    channel: Text = None
    """By the rules for contacts; else by UTM and referrer; a visit without either is direct."""
    network: Text = None
    """The social network that brought the visit, where UTM or the referrer tell one."""
    campaign_id: Text = None
    country: Text = None
    form_id: Text = None
    variant: Text = None
    is_landing: Flag = None
    """Whether it is the first of its visit, or of no visit that anybody tells."""
    viewed_at: Instant = None
    form_sent_at: Instant = None
    """When its visitor, as far as the visit tells who that is, next sent a form."""
    converted_at: Instant = None
    """When its visitor next sent a form or ordered."""


class ResolvedTrafficPeriod(Resolved):
    """Traffic as a system sums it up; only rows of a single day belong to a period."""

    entity: ClassVar[str] = "traffic_periods"
    singular: ClassVar[str] = "traffic_period"

    breakdown: Text = None
    """What the row is of: total, source, page, campaign or country."""
    channel: Text = None
    page: Text = None
    campaign_id: Text = None
    country: Text = None
    traffic_day: Day = None
    """The day; no value where the row is of several, of which nobody knows the parts."""
    first_day: Day = None
    last_day: Day = None
    page_views: Whole = None
    visits: Whole = None
    visitors: Whole = None
    contacts: Whole = None


class ResolvedFormSubmission(Resolved):
    """Somebody sent a form."""

    entity: ClassVar[str] = "form_submissions"
    singular: ClassVar[str] = "form_submission"

    form_id: Text = None
    form_name: Text = None
    kind: Text = None
    """As `[forms]` calls it, else as the system does."""
    variant: Text = None
    page: Text = None
    person_id: Text = None
    channel: Text = None
    """The submission's own, else the person's."""
    campaign_id: Text = None
    product: Text = None
    submitted_at: Instant = None


class ResolvedSocialPost(Resolved):
    """A post in a social network, with what came back."""

    entity: ClassVar[str] = "social_posts"
    singular: ClassVar[str] = "social_post"

    network: Text = None
    """In lower case, as page views name it."""
    name: Text = None
    channel: Text = None
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


class ResolvedActivity(Resolved):
    """Something that the own people did: a call, a meeting, a task."""

    entity: ClassVar[str] = "activities"
    singular: ClassVar[str] = "activity"

    kind: Text = None
    outcome: Text = None
    owner_id: Text = None
    person_id: Text = None
    company_id: Text = None
    deal_id: Text = None
    campaign_id: Text = None
    minutes: Number = None
    happened_at: Instant = None
    appointment_at: Instant = None
    """Of a call: when the person's next meeting was."""


class ResolvedSurveyResponse(Resolved):
    """One answer to a survey, with the scale that it was given on."""

    entity: ClassVar[str] = "survey_responses"
    singular: ClassVar[str] = "survey_response"

    survey_id: Text = None
    kind: Text = None
    score: Number = None
    lowest: Number = None
    highest: Number = None
    person_id: Text = None
    product: Text = None
    answered_at: Instant = None


class ResolvedOrder(Resolved):
    """A purchase, with the person and campaign that it came by."""

    entity: ClassVar[str] = "orders"
    singular: ClassVar[str] = "order"

    person_id: Text = None
    company_id: Text = None
    customer_id: Text = None
    """Whom it makes a customer, as `[customers]` counts."""
    deal_id: Text = None
    campaign_id: Text = None
    channel: Text = None
    country: Text = None
    segment: Text = None
    product: Text = None
    owner_id: Text = None
    """Who owns the person."""
    status: Text = None
    is_paid: Flag = None
    """Whether it stands: neither pending nor cancelled nor refunded."""
    is_purchase: Flag = None
    """Whether it stands, and no deal is the same purchase: neither one that was won, nor one that
    is left to another system by `[records]`."""
    currency: Text = None
    amount: Money = None
    amount_home: Money = None
    ordered_at: Instant = None


class ResolvedOrderLine(Resolved):
    """One product in an order."""

    entity: ClassVar[str] = "order_lines"
    singular: ClassVar[str] = "order_line"

    order_id: Text = None
    person_id: Text = None
    company_id: Text = None
    campaign_id: Text = None
    channel: Text = None
    product: Text = None
    is_paid: Flag = None
    quantity: Number = None
    amount_home: Money = None
    ordered_at: Instant = None


class ResolvedCampaignMember(Resolved):
    """A person whom a campaign reached."""

    entity: ClassVar[str] = "campaign_members"
    singular: ClassVar[str] = "campaign_member"

    campaign_id: Text = None
    person_id: Text = None
    status: Text = None
    joined_at: Instant = None
    responded_at: Instant = None


class ResolvedSegmentMember(Resolved):
    """A person who is in an audience, tag or list now."""

    entity: ClassVar[str] = "segment_members"
    singular: ClassVar[str] = "segment_member"

    person_id: Text = None
    segment: Text = None
    """The name of the audience, tag or list."""
    kind: Text = None
    """audience, tag, static or saved."""
    added_at: Instant = None


class FigureDay(Resolved):
    """One day's part of a number that was entered by hand; the parts add up to it exactly."""

    entity: ClassVar[str] = "figures"
    singular: ClassVar[str] = "figure"
    absent_is_zero: ClassVar[bool] = False

    name: Text = None
    channel: Text = None
    product: Text = None
    country: Text = None
    figure_day: Day = None
    amount: Number = None
    amount_home: Money = None
    """Where the number is money."""


class Touch(Resolved):
    """Something that marketing did to a person, or that a person did because of it."""

    entity: ClassVar[str] = "touches"
    singular: ClassVar[str] = "touch"

    kind: Text = None
    """origin, visit, form, email_click or response."""
    person_id: Text = None
    channel: Text = None
    campaign_id: Text = None
    happened_at: Instant = None
