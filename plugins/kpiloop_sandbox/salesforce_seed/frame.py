"""What stands before the first lead: users, campaigns, products, stages and currencies."""

from collections.abc import Iterator
from datetime import date
from math import sin

from kpiloop_sandbox.company.market import FOREIGN_CURRENCY, HOME_CURRENCY, PRODUCT_NAMES
from kpiloop_sandbox.company.model import Background, Campaign
from kpiloop_sandbox.company.options import CompanyOptions, midnight
from kpiloop_sandbox.salesforce.catalogue.people import LEAD_STATUSES
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.options import ClientApp
from kpiloop_sandbox.salesforce.store import Row
from kpiloop_sandbox.salesforce_seed.ids import INTEGRATION_USER, campaign_id, user_id
from kpiloop_sandbox.salesforce_seed.sales import product_id
from kpiloop_sandbox.salesforce_seed.spelling import (
    CAMPAIGN_TYPES,
    CONVERTED,
    LOST,
    PROBABILITIES,
    TIME_ZONE,
    WON,
    iso,
    stamps,
)

DOLLARS_PER_EURO = 1.087
_SWING = 0.02
_MONTHS = 12


def users(background: Background, options: CompanyOptions) -> Iterator[Row]:
    """The company's own people, and the one as whom programs work."""
    stamped = stamps(INTEGRATION_USER, options.start, options.start)
    yield {
        "Id": INTEGRATION_USER,
        "Username": ClientApp().username,
        "LastName": "Integration",
        "Name": "Integration",
        "Email": ClientApp().username,
        "IsActive": 1,
        "UserType": "Standard",
        "TimeZoneSidKey": TIME_ZONE,
        **stamped,
    }
    for owner in background.owners:
        yield {
            "Id": user_id(owner.key),
            "Username": owner.email,
            "FirstName": owner.first_name,
            "LastName": owner.last_name,
            "Name": f"{owner.first_name} {owner.last_name}",
            "Email": owner.email,
            "IsActive": int(owner.active),
            "Department": owner.team,
            "UserType": "Standard",
            "TimeZoneSidKey": TIME_ZONE,
            **stamped,
        }


def campaigns(background: Background, options: CompanyOptions) -> Iterator[Row]:
    """Every campaign, with what it was to cost and what it did."""
    return (_campaign(campaign, options) for campaign in background.campaigns)


def products(options: CompanyOptions) -> Iterator[Row]:
    """What is sold."""
    for name in PRODUCT_NAMES:
        yield {
            "Id": product_id(name),
            "Name": name,
            "ProductCode": name[:3].upper(),
            "Family": "Services" if name == "Training" else "Licences",
            "IsActive": 1,
            "CurrencyIsoCode": HOME_CURRENCY,
            **stamps(INTEGRATION_USER, options.start, options.start),
        }


def stages(options: CompanyOptions) -> Iterator[Row]:
    """The stages of opportunities in their order."""
    for place, (name, probability) in enumerate(PROBABILITIES.items(), start=1):
        yield {
            "Id": record_id("01J", place),
            "MasterLabel": name,
            "ApiName": name,
            "IsActive": 1,
            "SortOrder": place,
            "IsClosed": int(name in (WON, LOST)),
            "IsWon": int(name == WON),
            "DefaultProbability": probability,
            **stamps(INTEGRATION_USER, options.start, options.start),
        }


def lead_statuses(options: CompanyOptions) -> Iterator[Row]:
    """The statuses of leads in their order."""
    for place, name in enumerate(LEAD_STATUSES, start=1):
        yield {
            "Id": record_id("01J", 100 + place),
            "MasterLabel": name,
            "ApiName": name,
            "SortOrder": place,
            "IsDefault": int(place == 1),
            "IsConverted": int(name == CONVERTED),
            **stamps(INTEGRATION_USER, options.start, options.start),
        }


def currencies(options: CompanyOptions) -> Iterator[Row]:
    """The home currency, and dollars: rates are how many of them one of the home one buys."""
    for place, (code, rate) in enumerate(
        ((HOME_CURRENCY, 1.0), (FOREIGN_CURRENCY, DOLLARS_PER_EURO)), start=1
    ):
        yield {
            "Id": record_id("01L", place),
            "IsoCode": code,
            "ConversionRate": rate,
            "DecimalPlaces": 2,
            "IsActive": 1,
            "IsCorporate": int(code == HOME_CURRENCY),
            **stamps(INTEGRATION_USER, options.start, options.start),
        }


def dated_rates(options: CompanyOptions) -> Iterator[Row]:
    """A rate of the dollar for each month; the last one is good until somebody types another."""
    first = options.first_day.year * _MONTHS + options.first_day.month - 1
    last = options.until.year * _MONTHS + options.until.month - 1
    for place, month in enumerate(range(first, last + 1)):
        start = _month(month)
        yield {
            "Id": record_id("04w", place + 1),
            "IsoCode": FOREIGN_CURRENCY,
            "StartDate": iso(start),
            "NextStartDate": "9999-12-31" if month == last else iso(_month(month + 1)),
            "ConversionRate": round(DOLLARS_PER_EURO * (1 + _SWING * sin(place)), 4),
            **stamps(INTEGRATION_USER, midnight(start), midnight(start)),
        }


def organization(options: CompanyOptions) -> Iterator[Row]:
    """The org itself."""
    yield {
        "Id": record_id("00D", 1),
        "Name": "Acme",
        "TimeZoneSidKey": TIME_ZONE,
        "OrganizationType": "Enterprise Edition",
        "InstanceName": "SBX1",
        "FiscalYearStartMonth": 1,
        "DefaultLocaleSidKey": "en_GB",
        **stamps(INTEGRATION_USER, options.start, options.start),
    }


def _month(number: int) -> date:
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def _campaign(campaign: Campaign, options: CompanyOptions) -> Row:
    created = campaign.budget[0].booked_at
    is_over = campaign.last_day < options.until
    return {
        "Id": campaign_id(campaign.key),
        "Name": campaign.name,
        "Type": CAMPAIGN_TYPES[campaign.channel],
        "Status": "Completed" if is_over else "In Progress",
        "StartDate": iso(campaign.first_day),
        "EndDate": iso(campaign.last_day),
        "BudgetedCost": float(sum(item.amount for item in campaign.budget)),
        "ActualCost": float(sum(item.amount for item in campaign.spend)),
        "IsActive": int(not is_over),
        "OwnerId": INTEGRATION_USER,
        "CurrencyIsoCode": campaign.currency,
        "Utm_Campaign__c": campaign.utm_campaign,
        "Utm_Source__c": campaign.utm_source,
        "Channel__c": campaign.channel.value,
        **stamps(
            INTEGRATION_USER,
            created,
            max([created, *(item.booked_at for item in campaign.spend)]),
        ),
    }
