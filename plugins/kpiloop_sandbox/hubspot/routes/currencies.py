"""`/settings/currencies`: the account's currencies, and what they are worth."""

import json
from typing import Any

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.routes.owners import cursor, offset_of
from kpiloop_sandbox.hubspot.times import iso

MAX_PAGE = 100
_PATH, _SCOPE = "/settings/currencies", "settings.currencies.read"


def exchange_rates(call: Call) -> Answer:
    """One page of all rates that ever held."""
    limit, start = call.limit(MAX_PAGE, MAX_PAGE), offset_of(call.one("after"))
    rates = [json.loads(text) for text in call.store.documents.all("exchange_rates")]
    body: dict[str, object] = {
        "results": [_shown(call, each) for each in rates[start : start + limit]]
    }
    if start + limit < len(rates):
        body.update(call.next_page(cursor(start + limit)))
    return Answer(body=body)


def company_currency(call: Call) -> Answer:
    """The currency that all rates lead to."""
    return Answer(body={"currencyCode": call.account.options.currency})


def _shown(call: Call, rate: dict[str, Any]) -> dict[str, object]:
    since = iso(rate["effective_at"])
    return {
        "id": rate["id"],
        "fromCurrencyCode": rate["currency"],
        "toCurrencyCode": call.account.options.currency,
        "conversionRate": rate["rate"],
        "effectiveAt": since,
        "createdAt": since,
        "updatedAt": since,
        "visibleInUI": True,
    }


ENDPOINTS = (
    Endpoint(method="GET", path=f"{_PATH}/exchange-rates", handler=exchange_rates, scope=_SCOPE),
    Endpoint(
        method="GET", path=f"{_PATH}/company-currency", handler=company_currency, scope=_SCOPE
    ),
)
