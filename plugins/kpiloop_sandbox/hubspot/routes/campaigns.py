"""`/marketing/campaigns`: campaigns with their properties, budget and spend."""

import json
import re
from collections.abc import Sequence
from typing import Any

from kpiloop_sandbox.hubspot.batching import Rows, batch_answer, check_size
from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.definitions import Wire
from kpiloop_sandbox.hubspot.errors import ApiError, bad_request
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of
from kpiloop_sandbox.hubspot.times import iso, parse_ms

MAX_PAGE, MAX_BATCH = 100, 50
_PATH, _ONE = "/marketing/campaigns", "/marketing/campaigns/{guid}"
_READ, _WRITE = "marketing.campaigns.read", "marketing.campaigns.write"
_READ_ONLY = {
    "hs_budget_items_sum_amount",
    "hs_spend_items_sum_amount",
    "hs_created_by_user_id",
    "hs_object_id",
}
PROPERTIES = _READ_ONLY | {
    "hs_name",
    "hs_start_date",
    "hs_end_date",
    "hs_audience",
    "hs_budget_items",
    "hs_campaign_status",
    "hs_color_hex",
    "hs_currency_code",
    "hs_goal",
    "hs_notes",
    "hs_owner",
    "hs_utm",
    "utm_campaign",
}
_SORTS = {"hs_name": "hs_name", "name": "hs_name", "createdAt": "", "updatedAt": ""}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Campaign = dict[str, Any]


class Guid(Wire):
    """One campaign."""

    id: str


class BatchRead(Wire):
    """Campaigns to read."""

    inputs: tuple[Guid, ...]


class CampaignChange(Wire):
    """Values to set."""

    properties: dict[str, str | None]


def list_campaigns(call: Call) -> Answer:
    """One page of the campaigns, and how many there are."""
    limit, start = call.limit(50, MAX_PAGE), offset_of(call.one("after"))
    campaigns = _sorted(_all(call), call.one("sort", "hs_name"))
    name = call.one("name").lower()
    if name:
        campaigns = [c for c in campaigns if name in c["properties"].get("hs_name", "").lower()]
    page = campaigns[start : start + limit]
    shown = _asked(call)
    body: dict[str, object] = {
        "total": len(campaigns),
        "results": [_show(campaign, shown) for campaign in page],
    }
    if start + limit < len(campaigns):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def read_campaign(call: Call) -> Answer:
    """One campaign."""
    return Answer(body={**_show(_find(call, call.path["guid"]), _asked(call)), "assets": {}})


def batch_read(call: Call) -> Answer:
    """Campaigns by GUID; those that are wrong are told one by one."""
    inputs = call.read(BatchRead).inputs
    check_size(inputs, MAX_BATCH)
    shown = _asked(call)
    results: Rows = []
    errors: Rows = []
    for each in inputs:
        try:
            results.append({**_show(_find(call, each.id), shown), "assets": {}})
        except ApiError as error:
            errors.append(error.row())
    return batch_answer(call, results, errors)


def change_campaign(call: Call) -> Answer:
    """Changed values of one campaign."""
    campaign = _find(call, call.path["guid"])
    values = call.read(CampaignChange).properties
    _check_names(call, values)
    wrong = sorted(_READ_ONLY & values.keys())
    if wrong:
        raise bad_request(f"Property {wrong[0]} is read only")
    kept = {**campaign["properties"], **values}
    campaign["properties"] = {name: value for name, value in kept.items() if value}
    campaign["updated_at"] = iso(call.now)
    call.store.documents.put("campaigns", campaign["id"], campaign)
    call.account.counters.records_written += 1
    return Answer(body=_show(campaign, sorted({*values, "hs_name"})))


def budget_totals(call: Call) -> Answer:
    """Budget and spend items with their sums, in the campaign's currency."""
    campaign = _find(call, call.path["guid"])
    budget, spend = _sum(campaign["budget_items"]), _sum(campaign["spend_items"])
    currency = campaign["properties"].get("hs_currency_code", call.account.options.currency)
    body = {
        "currencyCode": currency,
        "budgetItems": [_money(item) for item in campaign["budget_items"]],
        "spendItems": [_money(item) for item in campaign["spend_items"]],
        "budgetTotal": budget,
        "remainingBudget": round(budget - spend, 2),
        "spendTotal": spend,
    }
    return Answer(body=body)


def _all(call: Call) -> list[Campaign]:
    return [json.loads(text) for text in call.store.documents.all("campaigns")]


def _find(call: Call, guid: str) -> Campaign:
    if not _GUID.fullmatch(guid.lower()):
        reason = f"Invalid campaign GUID format: {guid}"
        raise bad_request(
            f"Invalid request: '{reason}'",
            subCategory="CampaignApiError.INVALID_REQUEST",
            context={"message": [reason]},
        )
    text = call.store.documents.get("campaigns", guid.lower())
    if text is None:
        raise ApiError(
            404,
            f"Campaign with GUID {guid} was not found",
            "OBJECT_NOT_FOUND",
            subCategory="CampaignApiError.CAMPAIGN_NOT_FOUND",
            context={"campaignGuid": [guid]},
        )
    campaign: Campaign = json.loads(text)
    return campaign


def _asked(call: Call) -> list[str]:
    names = call.many("properties")
    _check_names(call, names)
    return names or ["hs_name"]


def _check_names(call: Call, names: Sequence[str] | dict[str, str | None]) -> None:
    known = PROPERTIES.union(*(campaign["properties"] for campaign in _all(call)))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise bad_request(
            f"Invalid request: 'Unable to read properties: {', '.join(unknown)}'",
            subCategory="CampaignApiError.INVALID_PROPERTIES",
            context={"properties": unknown},
        )


def _sorted(campaigns: list[Campaign], sort: str) -> list[Campaign]:
    name = sort.removeprefix("-")
    if name not in _SORTS:
        raise bad_request(f"Invalid sort {sort}. Legal: {', '.join(_SORTS)}, each with - before")
    keys = {"createdAt": "created_at", "updatedAt": "updated_at"}

    def key(campaign: Campaign) -> tuple[str, str]:
        if name in keys:
            return str(campaign[keys[name]]), campaign["id"]
        return str(campaign["properties"].get("hs_name", "")), campaign["id"]

    return sorted(campaigns, key=key, reverse=sort.startswith("-"))


def _show(campaign: Campaign, names: Sequence[str]) -> dict[str, object]:
    # Unlike a record's, a campaign's property without a value is left out.
    values = _values(campaign)
    return {
        "id": campaign["id"],
        "properties": {name: values[name] for name in sorted(names) if name in values},
        "createdAt": iso(parse_ms(campaign["created_at"]) or 0),
        "updatedAt": iso(parse_ms(campaign["updated_at"]) or 0),
        "businessUnits": [{"id": 0}],
    }


def _values(campaign: Campaign) -> dict[str, str]:
    values: dict[str, str] = dict(campaign["properties"])
    for name in ("budget", "spend"):
        items = campaign[f"{name}_items"]
        if items:
            values.setdefault(f"hs_{name}_items_sum_amount", str(float(_sum(items))))
    return values


def _sum(items: Sequence[dict[str, Any]]) -> float:
    return round(sum(float(item["amount"]) for item in items), 2)


def _money(item: dict[str, Any]) -> dict[str, object]:
    created = parse_ms(item["created_at"])
    return {
        "id": item["id"],
        "name": item["name"],
        "amount": item["amount"],
        "description": item["description"],
        "order": item["order"],
        "createdAt": created,
        "updatedAt": created,
    }


ENDPOINTS = (
    Endpoint(method="GET", path=_PATH, handler=list_campaigns, scope=_READ),
    Endpoint(method="POST", path=f"{_PATH}/batch/read", handler=batch_read, scope=_READ),
    Endpoint(method="GET", path=_ONE, handler=read_campaign, scope=_READ),
    Endpoint(method="PATCH", path=_ONE, handler=change_campaign, scope=_WRITE),
    Endpoint(method="GET", path=f"{_ONE}/budget/totals", handler=budget_totals, scope=_READ),
)
