"""Costs: each day's part, to the ten thousandth."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.rules import ConfiguredCost
from support.pulled_company import Pulled, pulled_in_memory


def spend(pulled: Pulled, first: str | None, last: str | None, amount: str, **more: object) -> None:
    """Store what marketing spent on media, where nothing else is said."""
    cost: dict[str, object] = {"kind": "media", "department": "marketing", **more}
    pulled.put("costs", first_day=first, last_day=last, amount=Decimal(amount), **cost)


def configured(department: str, amount: str, **more: Any) -> ConfiguredCost:
    """What the settings say that three days of January cost."""
    cost: dict[str, Any] = {
        "kind": "wages",
        "first_day": date(2026, 1, 1),
        "last_day": date(2026, 1, 3),
        **more,
    }
    return ConfiguredCost(department=department, amount=Decimal(amount), **cost)


def total(pulled: Pulled) -> Decimal:
    """What all days cost together."""
    (amount,) = pulled.connection.execute("SELECT sum(amount_home) FROM resolved.costs").fetchall()
    return Decimal(str(amount[0]))


@given(
    amount=st.decimals(min_value=-10_000_000, max_value=99_999_999, places=4),
    days=st.integers(1, 800),
)
@settings(max_examples=8, deadline=None)
def test_the_parts_of_a_cost_add_up_to_it(amount: Decimal, days: int) -> None:
    """Whatever the amount and the number of days; no two parts differ by more than 1/10,000."""
    first = date(2026, 1, 1)
    with pulled_in_memory() as pulled:
        spend(pulled, str(first), str(first + timedelta(days=days - 1)), str(amount))
        pulled.resolve()
        parts = [row[0] for row in pulled.found("costs", "amount_home")]

    assert sum(parts) == amount
    assert len(parts) == days
    assert max(parts) - min(parts) <= Decimal("0.0001")


def test_a_cost_without_days_is_spread_over_those_of_its_campaign(pulled: Pulled) -> None:
    """It takes the campaign's channel and product, too."""
    pulled.put(
        "campaigns",
        id="k",
        channel="ads",
        product="basic",
        starts_on="2026-01-01",
        ends_on="2026-01-02",
    )
    spend(pulled, None, None, "10", campaign_id="k")
    pulled.resolve()

    assert pulled.found("costs", "cost_day, channel, product, campaign_id, amount_home") == [
        (date(2026, 1, 1), "ads", "basic", "crm:k", Decimal(5)),
        (date(2026, 1, 2), "ads", "basic", "crm:k", Decimal(5)),
    ]


def test_a_cost_of_which_no_day_is_known_is_none(pulled: Pulled) -> None:
    """Nobody can say to which period it belongs; it is counted, so that somebody can mend it."""
    spend(pulled, None, None, "10")
    report = pulled.resolve()

    assert pulled.found("costs", "id") == []
    assert report.costs_without_days == 1


def test_no_amount_is_lost_for_want_of_a_day(pulled: Pulled) -> None:
    """One end alone is that day; ends the wrong way round are turned."""
    spend(pulled, "2026-01-05", None, "1")
    spend(pulled, None, "2026-01-06", "2")
    spend(pulled, "2026-01-09", "2026-01-08", "4")
    pulled.resolve()

    assert pulled.found("costs", "cost_day, amount_home") == [
        (date(2026, 1, 5), 1),
        (date(2026, 1, 6), 2),
        (date(2026, 1, 8), 2),
        (date(2026, 1, 9), 2),
    ]


def test_each_day_of_a_cost_takes_its_own_rate(pulled: Pulled) -> None:
    """The dollar is worth 0.9 until the end of May and 0.8 from June on."""
    spend(pulled, "2026-05-31", "2026-06-01", "200", currency="USD")
    pulled.resolve()

    assert pulled.found("costs", "amount_home") == [(Decimal(80),), (Decimal(90),)]


def test_deleted_costs_are_not_spent(pulled: Pulled) -> None:
    """As with all that its system deleted."""
    spend(pulled, "2026-01-05", "2026-01-05", "1", deleted_at="2026-02-01")
    pulled.resolve()

    assert pulled.found("costs", "id") == []


def test_the_settings_take_the_place_of_vendors_of_the_same_kind_and_days(pulled: Pulled) -> None:
    """Media of January 1 to 3 are what the settings say; January 4 and software stay."""
    spend(pulled, "2026-01-03", "2026-01-04", "20")
    spend(pulled, "2026-01-03", "2026-01-03", "7", kind="software")
    pulled.resolve(costs=(configured("marketing", "300", kind="media"),))

    assert pulled.found("costs", "cost_day, kind, amount_home") == [
        (date(2026, 1, 1), "media", 100),
        (date(2026, 1, 2), "media", 100),
        (date(2026, 1, 3), "media", 100),
        (date(2026, 1, 3), "software", 7),
        (date(2026, 1, 4), "media", 10),
    ]


def test_the_settings_spread_exactly_too(pulled: Pulled) -> None:
    """100 over three days are 100."""
    pulled.resolve(costs=(configured("marketing", "100"),))

    assert sorted(row[0] for row in pulled.found("costs", "amount_home")) == [
        Decimal("33.3333"),
        Decimal("33.3333"),
        Decimal("33.3334"),
    ]


def test_sales_cost_is_spread_by_the_new_customers_of_the_month(pulled: Pulled) -> None:
    """Two came by ads and one by search, so that ads bear two thirds, exactly."""
    for contact, source in (("1", "ADS"), ("2", "ADS"), ("3", "SEARCH")):
        pulled.contact(contact, original_source=source)
        pulled.deal(f"of {contact}", contact, won_at="2026-01-20")
    costs = (configured("sales", "100"), configured("marketing", "7"))
    pulled.resolve(costs=costs, spread_sales_cost=True)

    assert total(pulled) == 107
    by_channel = pulled.connection.execute(
        "SELECT department, channel, round(sum(amount_home), 2) FROM resolved.costs "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert by_channel == [
        ("marketing", None, Decimal("7.00")),
        ("sales", "ads", Decimal("66.67")),
        ("sales", "search", Decimal("33.33")),
    ]


def test_sales_cost_has_no_channel_where_the_settings_do_not_spread_it(pulled: Pulled) -> None:
    """Nor in a month without new customers."""
    pulled.resolve(costs=(configured("sales", "3"),))
    assert {row[0] for row in pulled.found("costs", "channel")} == {None}

    pulled.resolve(costs=(configured("sales", "3"),), spread_sales_cost=True)
    assert {row[0] for row in pulled.found("costs", "channel")} == {None}
    assert total(pulled) == 3
