"""Which entities there are: those that are pulled, and the tables that resolving makes of them."""

from collections.abc import Mapping
from types import MappingProxyType

from kpiloop.schema.email import Email, EmailEvent, EmailTotal
from kpiloop.schema.engagement import Activity, CampaignMember, SocialPost, SurveyResponse
from kpiloop.schema.fields import Kind
from kpiloop.schema.history import Link, StageChange
from kpiloop.schema.money import Budget, Campaign, Cost, ExchangeRate, Figure
from kpiloop.schema.orders import Order, OrderLine, Product
from kpiloop.schema.people import Company, Contact, Segment, SegmentMember
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.resolved import (
    BudgetDay,
    CostDay,
    CustomerInterval,
    Person,
    Resolved,
    ResolvedCampaign,
    ResolvedCompany,
    ResolvedDeal,
    ResolvedOwner,
    ResolvedPipelineStage,
    StageInterval,
)
from kpiloop.schema.resolved_events import (
    Delivery,
    FigureDay,
    ResolvedActivity,
    ResolvedCampaignMember,
    ResolvedEmail,
    ResolvedEmailEvent,
    ResolvedEmailTotal,
    ResolvedFormSubmission,
    ResolvedOrder,
    ResolvedOrderLine,
    ResolvedPageView,
    ResolvedSegmentMember,
    ResolvedSocialPost,
    ResolvedSurveyResponse,
    ResolvedTrafficPeriod,
    Touch,
)
from kpiloop.schema.sales import Deal, Owner, Pipeline, PipelineStage
from kpiloop.schema.web import FormSubmission, PageView, TrafficPeriod

PULLED: tuple[type[Record], ...] = (
    Activity,
    Budget,
    Campaign,
    CampaignMember,
    Company,
    Contact,
    Cost,
    Deal,
    Email,
    EmailEvent,
    EmailTotal,
    ExchangeRate,
    Figure,
    FormSubmission,
    Link,
    Order,
    OrderLine,
    Owner,
    PageView,
    Pipeline,
    PipelineStage,
    Product,
    Segment,
    SegmentMember,
    SocialPost,
    StageChange,
    SurveyResponse,
    TrafficPeriod,
)
"""What connectors fill; a plugin may add its own by hook."""

RESOLVED: tuple[type[Resolved], ...] = (
    BudgetDay,
    CostDay,
    CustomerInterval,
    Delivery,
    FigureDay,
    Person,
    ResolvedActivity,
    ResolvedCampaign,
    ResolvedCampaignMember,
    ResolvedCompany,
    ResolvedDeal,
    ResolvedEmail,
    ResolvedEmailEvent,
    ResolvedEmailTotal,
    ResolvedFormSubmission,
    ResolvedOrder,
    ResolvedOrderLine,
    ResolvedOwner,
    ResolvedPageView,
    ResolvedPipelineStage,
    ResolvedSegmentMember,
    ResolvedSocialPost,
    ResolvedSurveyResponse,
    ResolvedTrafficPeriod,
    StageInterval,
    Touch,
)
"""What measures stand on."""


def entities() -> Mapping[str, type[Record]]:
    """What connectors fill, by name."""
    return MappingProxyType({each.entity: each for each in PULLED})


def resolved_columns(model: type[Resolved]) -> Mapping[str, Kind]:
    """Columns of a resolved table: the model's, and after each `x_at` its sibling `x_day`."""
    columns: dict[str, Kind] = {}
    for name, kind in columns_of(model).items():
        columns[name] = kind
        if kind is Kind.INSTANT:
            columns[day_of(name)] = Kind.DAY
    return MappingProxyType(columns)


def day_of(instant: str) -> str:
    """The name of the column with an instant's day in the reporting time zone."""
    return instant.removesuffix("_at") + "_day"
