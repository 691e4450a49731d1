"""Opportunities, their steps and people, and the orders that came of them."""

from collections.abc import Iterator
from itertools import pairwise

from kpiloop_sandbox.company.market import PRODUCT_NAMES
from kpiloop_sandbox.company.model import Deal, Outcome, Person
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.store import Row
from kpiloop_sandbox.salesforce.times import seconds_of
from kpiloop_sandbox.salesforce_seed.ids import (
    campaign_id,
    contact_id,
    opportunity_id,
    role_id,
    step_id,
    user_id,
)
from kpiloop_sandbox.salesforce_seed.people import account_of
from kpiloop_sandbox.salesforce_seed.presence import Known, has_order, is_discounted
from kpiloop_sandbox.salesforce_seed.spelling import (
    PROBABILITIES,
    SOURCES,
    STAGES,
    day_of,
    made,
    stamps,
)

_DISCOUNT = 0.95
_HIGHEST_AMOUNT = 1e15
_CampaignKeys = dict[str, int]


def product_id(name: str) -> str:
    """A product."""
    return record_id("01t", PRODUCT_NAMES.index(name) + 1)


def opportunities(known: Known, campaigns: _CampaignKeys) -> Iterator[Row]:
    """The deals of an account; `campaigns` are the keys of campaigns by their UTM name."""
    for deal in known.deals:
        person = _buyer(known, deal)
        campaign = campaigns.get(person.source.utm_campaign)
        stage, owner = STAGES[deal.stages[-1].stage], user_id(deal.owner_key)
        yield {
            "Id": opportunity_id(deal.key),
            "AccountId": account_of(known, person),
            "ContactId": contact_id(person.key),
            "Name": deal.name,
            "StageName": stage,
            "Amount": _amount(deal),
            "Probability": PROBABILITIES[stage],
            "CloseDate": day_of(deal.closes_at),
            "Type": "Existing Business" if deal.existing_business else "New Business",
            "LeadSource": SOURCES[person.source.channel],
            "CampaignId": None if campaign is None else campaign_id(campaign),
            "OwnerId": owner,
            "IsClosed": int(deal.outcome is not Outcome.OPEN),
            "IsWon": int(deal.outcome is Outcome.WON),
            "CurrencyIsoCode": deal.currency,
            "Product__c": deal.product,
            "IsDeleted": int(deal.deleted_at is not None),
            **stamps(owner, deal.created_at, deal.modified_at),
        }


def contact_roles(known: Known) -> Iterator[Row]:
    """Who takes part in each deal, the main person marked."""
    for deal in known.deals:
        owner = user_id(deal.owner_key)
        for place, key in enumerate(deal.persons):
            yield {
                "Id": role_id(deal.key, place),
                "OpportunityId": opportunity_id(deal.key),
                "ContactId": contact_id(key),
                "Role": "Influencer" if place else "Decision Maker",
                "IsPrimary": int(place == 0),
                "IsDeleted": int(deal.deleted_at is not None),
                "CurrencyIsoCode": deal.currency,
                **stamps(owner, deal.created_at, deal.deleted_at or deal.created_at),
            }


def opportunity_history(known: Known) -> Iterator[Row]:
    """What each deal was at each of its steps."""
    for deal in known.deals:
        amount = _amount(deal)
        for place, change in enumerate(deal.stages):
            stage = STAGES[change.stage]
            share = PROBABILITIES[stage]
            yield {
                "Id": step_id("008", deal.key, place),
                "OpportunityId": opportunity_id(deal.key),
                "StageName": stage,
                "Amount": amount,
                "ExpectedRevenue": None if amount is None else round(amount * share / 100, 2),
                "Probability": share,
                "CloseDate": day_of(deal.closes_at),
                "CurrencyIsoCode": deal.currency,
                "SystemModstamp": seconds_of(change.at),
                "IsDeleted": int(deal.deleted_at is not None),
                **made(user_id(deal.owner_key), change.at),
            }


def opportunity_field_history(known: Known) -> Iterator[Row]:
    """The changes of each deal's stage, one by one."""
    for deal in known.deals:
        for place, (old, new) in enumerate(pairwise(deal.stages)):
            yield {
                "Id": step_id("017", deal.key, place),
                "OpportunityId": opportunity_id(deal.key),
                "Field": "StageName",
                "DataType": "DynamicEnum",
                "OldValue": STAGES[old.stage],
                "NewValue": STAGES[new.stage],
                **made(user_id(deal.owner_key), new.at),
            }


def orders(known: Known) -> Iterator[Row]:
    """An order for almost every deal that was won."""
    for deal in filter(has_order, known.deals):
        owner = user_id(deal.owner_key)
        yield {
            "Id": record_id("801", deal.key + 1),
            "AccountId": account_of(known, _buyer(known, deal)),
            "OpportunityId": opportunity_id(deal.key),
            "BillToContactId": contact_id(deal.persons[0]),
            "OwnerId": owner,
            "OrderNumber": f"{deal.key + 1:08}",
            "EffectiveDate": day_of(deal.closes_at),
            "Status": "Activated",
            "StatusCode": "Activated",
            "TotalAmount": _amount(deal) or 0.0,
            "ActivatedDate": seconds_of(deal.closes_at),
            "CurrencyIsoCode": deal.currency,
            **stamps(owner, deal.closes_at, deal.closes_at),
        }


def order_items(known: Known) -> Iterator[Row]:
    """The one product of each order."""
    for deal in filter(has_order, known.deals):
        amount = _amount(deal) or 0.0
        yield {
            "Id": record_id("802", deal.key + 1),
            "OrderId": record_id("801", deal.key + 1),
            "Product2Id": product_id(deal.product),
            "Quantity": 1.0,
            "UnitPrice": amount,
            "TotalPrice": amount,
            "ServiceDate": day_of(deal.closes_at),
            "CurrencyIsoCode": deal.currency,
            **stamps(user_id(deal.owner_key), deal.closes_at, deal.closes_at),
        }


def _amount(deal: Deal) -> float | None:
    """The amount, where somebody typed a number: here a currency field takes nothing else."""
    try:
        amount = float(deal.amount or "nan")
    except ValueError:
        return None
    if not abs(amount) < _HIGHEST_AMOUNT:
        return None
    return round(amount * _DISCOUNT, 2) if is_discounted(deal) else amount


def _buyer(known: Known, deal: Deal) -> Person:
    return next(each for each in known.contacts if each.key == deal.persons[0])
