"""Owners, pipelines, campaigns and custom properties in HubSpot's terms."""

from collections.abc import Iterator

from kpiloop_sandbox.company.market import PRODUCT_NAMES
from kpiloop_sandbox.company.model import (
    Background,
    Campaign,
    MoneyItem,
    Outcome,
    Owner,
    Pipeline,
)
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.hubspot.definitions import Option, Property
from kpiloop_sandbox.hubspot.objects import (
    StoredCampaign,
    StoredMoney,
    StoredOwner,
    StoredPipeline,
    StoredStage,
)
from kpiloop_sandbox.hubspot_seed.ids import Ids, owner_id
from kpiloop_sandbox.hubspot_seed.spelling import CAMPAIGN_CHANNELS, DEAL_STAGES, PIPELINES

_FIRST_ITEM = 41_000_000
_ITEMS_PER_CAMPAIGN = 100
_LISTED_AT = "2019-08-06T02:41:08.029Z"


def owners(background: Background) -> Iterator[StoredOwner]:
    """The company's own people as users of the account."""
    return (_owner(owner) for owner in background.owners)


def pipelines(background: Background) -> Iterator[StoredPipeline]:
    """Deal pipelines; the first one is HubSpot's own, the other was added."""
    return (_pipeline(pipeline) for pipeline in background.pipelines)


def campaigns(background: Background, options: CompanyOptions) -> Iterator[StoredCampaign]:
    """Campaigns with their budget and spend."""
    ids = Ids(options)
    return (_campaign(campaign, options, ids) for campaign in background.campaigns)


def _text_property(name: str, label: str) -> Property:
    return Property(
        name=name,
        label=label,
        type="string",
        field_type="text",
        group_name="contactinformation",
        created_at=_LISTED_AT,
        updated_at=_LISTED_AT,
        archived=False,
        form_field=True,
    )


CUSTOM_PROPERTIES = {
    "contacts": (
        _text_property("utm_source", "UTM source"),
        _text_property("utm_medium", "UTM medium"),
        _text_property("utm_campaign", "UTM campaign"),
    ),
    "deals": (
        Property(
            name="product",
            label="Product",
            type="enumeration",
            field_type="select",
            group_name="dealinformation",
            options=tuple(
                Option(label=name, value=name, display_order=place)
                for place, name in enumerate(PRODUCT_NAMES)
            ),
            created_at=_LISTED_AT,
            updated_at=_LISTED_AT,
            archived=False,
            form_field=True,
        ),
    ),
}
"""The properties that the company added to HubSpot's own, by object type."""
CRM_PROPERTIES = (_text_property("salesforce_id", "Salesforce ID"),)
"""What is added where sales has a CRM of its own."""


def _owner(owner: Owner) -> StoredOwner:
    return StoredOwner(
        id=owner_id(owner.key),
        email=owner.email,
        first_name=owner.first_name,
        last_name=owner.last_name,
        team=owner.team,
        archived=not owner.active,
    )


def _pipeline(pipeline: Pipeline) -> StoredPipeline:
    return StoredPipeline(
        object_type="deals",
        id=PIPELINES[pipeline.key],
        label=pipeline.label,
        stages=tuple(
            StoredStage(
                id=DEAL_STAGES[stage.key],
                label=stage.label,
                display_order=place,
                metadata={
                    "isClosed": "false" if stage.outcome is Outcome.OPEN else "true",
                    "probability": str(stage.probability),
                },
            )
            for place, stage in enumerate(pipeline.stages)
        ),
    )


def _campaign(campaign: Campaign, options: CompanyOptions, ids: Ids) -> StoredCampaign:
    first_item = _FIRST_ITEM + campaign.key * _ITEMS_PER_CAMPAIGN
    first_spend = first_item + len(campaign.budget)
    created = campaign.budget[0].booked_at
    return StoredCampaign(
        id=ids.campaign(campaign),
        properties={
            "hs_name": campaign.name,
            "hs_start_date": campaign.first_day.isoformat(),
            "hs_end_date": campaign.last_day.isoformat(),
            "hs_currency_code": campaign.currency,
            "hs_campaign_status": _status(campaign, options),
            "hs_utm": campaign.utm_campaign,
            "channel": CAMPAIGN_CHANNELS[campaign.channel],
        },
        created_at=created,
        updated_at=max([created, *(item.booked_at for item in campaign.spend)]),
        budget_items=_money(campaign.budget, first_item),
        spend_items=_money(campaign.spend, first_spend),
    )


def _status(campaign: Campaign, options: CompanyOptions) -> str:
    return "completed" if campaign.last_day < options.until else "in_progress"


def _money(items: tuple[MoneyItem, ...], first_id: int) -> tuple[StoredMoney, ...]:
    return tuple(
        StoredMoney(
            id=str(first_id + place),
            name=item.name,
            amount=float(item.amount),
            created_at=item.booked_at,
            order=place,
        )
        for place, item in enumerate(items)
    )
