"""Orders: whose they are, which of them stand, and what they are worth at home."""

from datetime import date
from decimal import Decimal

from kpiloop.engine.resolve.rules import CustomerEnds, CustomerIs
from support.pulled_company import Pulled


def order(pulled: Pulled, key: str = "o", **values: object) -> None:
    """Store an order of 100 in the home currency."""
    given = {"ordered_at": "2026-03-02T08:00", "amount": 100, **values}
    pulled.put("orders", id=key, **given)


def test_an_order_is_of_its_contact_else_of_the_address_else_of_the_deal(pulled: Pulled) -> None:
    """And has the channel by which the person came."""
    pulled.contact("1", email="a@x.example", original_source="ADS")
    pulled.contact("2", email="b@x.example")
    pulled.deal("d", "2")
    order(pulled, "1", contact_id="1", email="b@x.example")
    order(pulled, "2", source="shop", email="A@x.example")
    order(pulled, "3", deal_id="d")
    order(pulled, "4")
    pulled.resolve()

    assert pulled.found("orders", "id, person_id, deal_id, channel") == [
        ("crm:1", "crm:1", None, "ads"),
        ("crm:3", "crm:2", "crm:d", None),
        ("crm:4", None, None, None),
        ("shop:2", "crm:1", None, "ads"),
    ]


def test_an_order_makes_its_company_a_customer_or_its_person(pulled: Pulled) -> None:
    """As the settings count."""
    pulled.put("companies", id="c")
    pulled.contact("1", email="a@x.example", company_id="c")
    order(pulled, contact_id="1")

    pulled.resolve()
    assert pulled.only("orders", "company_id, customer_id") == ("crm:c", "crm:c")
    pulled.resolve(customer_is=CustomerIs.PERSON)
    assert pulled.only("orders", "company_id, customer_id") == ("crm:c", "crm:1")


def test_an_order_is_worth_the_rate_of_its_own_day(pulled: Pulled) -> None:
    """Its lines too; what has no currency is in the home one."""
    order(pulled, "1", currency="USD", ordered_at="2026-05-31T21:59")
    order(pulled, "2", currency="USD", ordered_at="2026-05-31T22:00")
    order(pulled, "3")
    order(pulled, "4", currency="GBP")
    pulled.put("order_lines", parent_id="1", amount=50, quantity=2, product="boat")
    pulled.resolve()

    assert pulled.found("orders", "id, currency, amount_home, ordered_day") == [
        ("crm:1", "USD", Decimal(90), date(2026, 5, 31)),
        ("crm:2", "USD", Decimal(80), date(2026, 6, 1)),
        ("crm:3", "EUR", Decimal(100), date(2026, 3, 2)),
        ("crm:4", "GBP", None, date(2026, 3, 2)),
    ]
    assert pulled.only("order_lines", "order_id, amount_home, quantity") == (
        "crm:1",
        Decimal(45),
        Decimal(2),
    )


def test_what_is_pending_cancelled_or_refunded_does_not_stand(pulled: Pulled) -> None:
    """It stays in the table, for those who want to know."""
    for status in ("paid", None, "pending", "cancelled", "refunded", "shipped"):
        order(pulled, str(status), status=status)
    pulled.resolve()

    standing = [key for key, is_paid in pulled.found("orders", "id, is_paid") if is_paid]
    assert standing == ["crm:None", "crm:paid", "crm:shipped"]


def test_a_purchase_counts_once(pulled: Pulled) -> None:
    """An order of a won deal is none of its own, nor one of a deal that another system holds."""
    pulled.deal("won", won_at="2026-03-02T08:00")
    pulled.deal("open")
    pulled.deal("elsewhere", source="shop")
    order(pulled, "1", deal_id="won")
    order(pulled, "2", deal_id="open")
    order(pulled, "3")
    order(pulled, "4", status="cancelled")
    order(pulled, "5", deal_id="elsewhere", source="shop")
    pulled.resolve(systems_of_record={"deals": ("crm",)})
    assert _purchases(pulled) == ["crm:2", "crm:3"]

    pulled.resolve()
    assert _purchases(pulled) == ["crm:2", "crm:3", "shop:5"]


def _purchases(pulled: Pulled) -> list[str]:
    return [key for key, is_purchase in pulled.found("orders", "id, is_purchase") if is_purchase]


def test_orders_of_the_excluded_are_none(pulled: Pulled) -> None:
    """Of people, addresses, companies, and of their deals."""
    pulled.put("companies", id="c", name="Acme")
    pulled.contact("1", email="me@acme.example")
    pulled.deal("d", company_id="c")
    order(pulled, "1", contact_id="1")
    order(pulled, "2", email="you@acme.example")
    order(pulled, "3", company_id="c")
    order(pulled, "4", deal_id="d")
    order(pulled, "5", email="a@x.example")
    pulled.resolve(excluded_addresses=("*@acme.example",), excluded_companies=("acme",))

    assert pulled.found("orders", "id") == [("crm:5",)]


def test_an_order_makes_a_customer(pulled: Pulled) -> None:
    """From the first that stands; and the person has become one by it."""
    pulled.contact("1", email="a@x.example")
    order(pulled, "1", contact_id="1", ordered_at="2026-03-01", status="cancelled")
    order(pulled, "2", contact_id="1", ordered_at="2026-03-03")
    order(pulled, "3", contact_id="1", ordered_at="2026-03-02")
    pulled.resolve()

    columns = "customer_id, person_id, deal_id, is_first, started_day, ended_at"
    assert pulled.only("customer_intervals", columns) == (
        "crm:1",
        "crm:1",
        None,
        True,
        date(2026, 3, 2),
        None,
    )
    assert pulled.only("people", "became_customer_day") == (date(2026, 3, 2),)


def test_deals_and_orders_keep_a_customer_together(pulled: Pulled) -> None:
    """Where no order for so many days ends it, either is one."""
    pulled.contact("1", email="a@x.example")
    pulled.deal("d", "1", won_at="2026-03-01")
    order(pulled, "1", contact_id="1", ordered_at="2026-03-25")
    order(pulled, "2", contact_id="1", ordered_at="2026-06-01")
    pulled.resolve(customer_ends=CustomerEnds.NO_ORDER, customer_days=30)

    assert pulled.found("customer_intervals", "started_day, ended_day, is_first, deal_id") == [
        (date(2026, 3, 1), date(2026, 4, 24), True, "crm:d"),
        (date(2026, 6, 1), date(2026, 7, 1), False, None),
    ]
