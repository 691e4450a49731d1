"""Exchange rates that systems tell: whose hold, from which day, and out of which home currency."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kpiloop.engine.resolve.rules import Rate
from support.pulled_company import RULES, Pulled


def rate(pulled: Pulled, currency: str, worth: str, **values: object) -> None:
    """Store what one unit of a currency is worth."""
    pulled.put("exchange_rates", currency=currency, rate=Decimal(worth), **values)


def worth(pulled: Pulled, currency: str, on: str = "2026-03-02", **rules: Any) -> Decimal | None:
    """What a thousand of a currency are worth on a day, by the rates of systems alone."""
    pulled.put("orders", currency=currency, amount=1000, ordered_at=on)
    pulled.resolve(**{"rates": (), **rules})
    (found,) = pulled.found("orders", "amount_home")[-1]
    pulled.connection.execute("DELETE FROM pulled.orders")
    return found if isinstance(found, Decimal) else None


def test_a_system_tells_the_rate_of_a_day(pulled: Pulled) -> None:
    """It holds until the next one; one without a day has always held."""
    rate(pulled, "USD", "0.9")
    rate(pulled, "USD", "0.8", valid_from="2026-03-02")

    assert worth(pulled, "USD", "2026-03-01T22:59") == 900
    assert worth(pulled, "USD", "2026-03-01T23:00") == 800


def test_the_rates_of_the_settings_go_first(pulled: Pulled) -> None:
    """For a currency that they name, the systems are not asked."""
    rate(pulled, "USD", "0.7")
    rate(pulled, "GBP", "1.2")

    assert worth(pulled, "USD", rates=RULES.rates) == 900
    assert worth(pulled, "GBP", rates=RULES.rates) == 1200


def test_one_system_answers(pulled: Pulled) -> None:
    """The one that the settings name, else the first that tells any rate."""
    rate(pulled, "USD", "0.9")
    rate(pulled, "USD", "0.8", source="shop")
    rate(pulled, "GBP", "1.2", source="shop")

    assert worth(pulled, "USD") == 900
    assert worth(pulled, "GBP") is None
    assert worth(pulled, "USD", rates_from="shop") == 800


def test_rates_of_another_home_currency_are_divided_by_ours(pulled: Pulled) -> None:
    """An account in dollars tells what a euro is worth there, from day to day."""
    rate(pulled, "USD", "1")
    rate(pulled, "GBP", "1.32", valid_from="2026-01-01")
    rate(pulled, "EUR", "1.1", valid_from="2026-01-01")
    rate(pulled, "EUR", "1.2", valid_from="2026-03-01")

    assert worth(pulled, "GBP", "2026-02-01") == 1200
    assert worth(pulled, "GBP", "2026-03-02") == 1100
    assert worth(pulled, "USD", "2026-03-02") == Decimal("833.3333")


def test_rates_that_cannot_be_brought_home_are_none(pulled: Pulled) -> None:
    """Without ours among them, nobody knows what a dollar is worth; that is reported."""
    rate(pulled, "USD", "1")
    rate(pulled, "GBP", "1.32")

    assert worth(pulled, "GBP") is None


@pytest.mark.parametrize("is_set", [True, False])
def test_small_units_keep_their_worth(pulled: Pulled, *, is_set: bool) -> None:
    """A rupiah is worth less than a ten-thousandth; rates have twelve places wherever told."""
    told = Rate(currency="IDR", valid_from=date(2026, 1, 1), rate=Decimal("0.000052345678"))
    if not is_set:
        rate(pulled, "IDR", str(told.rate))
    pulled.put("orders", currency="IDR", amount=10**10, ordered_at="2026-03-02")
    pulled.resolve(rates=(told,) if is_set else ())

    assert pulled.only("orders", "amount_home") == (Decimal("523456.78"),)


def test_amounts_without_rate_are_counted_by_currency(pulled: Pulled) -> None:
    """Of deals, orders and costs alike."""
    pulled.deal("d", amount=5, currency="GBP")
    pulled.put("orders", amount=5, currency="GBP", ordered_at="2026-03-02")
    pulled.put("costs", amount=5, currency="CHF", first_day="2026-03-02", last_day="2026-03-03")
    pulled.put("costs", amount=5, currency="USD", first_day="2019-12-31", last_day="2026-03-03")
    pulled.put("costs", amount=5, currency="USD", first_day="2026-03-02")

    assert pulled.resolve().without_rate == {"CHF": 1, "GBP": 2, "USD": 1}


def test_a_budget_is_worth_the_rate_of_the_local_day_of_its_campaign(pulled: Pulled) -> None:
    """A campaign without dates, made half past one at night, has the rate of the new day."""
    pulled.put("campaigns", currency="USD", budget=1000, created_at="2026-05-31T23:30")
    pulled.resolve()

    assert pulled.only("campaigns", "budget_home") == (800,)


def test_currencies_mean_the_same_in_small_letters(pulled: Pulled) -> None:
    """They are shown as their standard writes them, in the report too; a blank one is at home."""
    rate(pulled, "chf ", "2")
    for currency in ("usd", " Chf", "eur\t", " ", "gbp"):
        pulled.put("orders", currency=currency, amount=10, ordered_at="2026-03-02")
        pulled.deal(f"d{currency}", currency=currency, amount=10, created_at="2026-03-02")
        pulled.put("costs", currency=currency, amount=10, first_day="2026-03-02")
    report = pulled.resolve()

    at_home = [("CHF", 20), ("EUR", 10), ("EUR", 10), ("GBP", None), ("USD", 9)]
    assert pulled.found("orders", "currency, amount_home") == at_home
    assert pulled.found("deals", "currency, amount_home") == at_home
    assert pulled.found("costs", "amount_home") == [(None,), (9,), (10,), (10,), (20,)]
    assert report.without_rate == {"GBP": 3}
