"""What a change is tied to is resolved anew; all else stands as it is."""

import pytest
from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.resolve import resolve
from kpiloop.engine.resolve.rules import Rate
from support.pulled_company import RULES, Pulled

MARKED = "UPDATE resolved.people SET job_title = 'stands'"


@pytest.fixture
def company(pulled: Pulled) -> Pulled:
    """Thirty contacts, resolved and marked: a mark is gone where somebody is made anew."""
    for number in range(30):
        pulled.contact(str(number), email=f"{number}@x.example", utm_campaign=f"utm {number}")
    pulled.resolve()
    pulled.connection.execute(MARKED)
    return pulled


def made_anew(company: Pulled) -> list[str]:
    """The people who are not marked."""
    found = company.connection.execute(
        "SELECT id FROM resolved.people WHERE job_title IS NULL ORDER BY id"
    ).fetchall()
    return [person for (person,) in found]


def test_only_the_changed_person_is_made_anew(company: Pulled) -> None:
    """Others are not touched."""
    company.connection.execute("UPDATE pulled.contacts SET country = 'DE' WHERE id = '7'")
    company.resolve()

    assert made_anew(company) == ["crm:7"]


def test_whoever_shared_an_address_is_made_anew_with_who_changed_it(company: Pulled) -> None:
    """Both when they come together and when they part."""
    company.connection.execute("UPDATE pulled.contacts SET email = '8@x.example' WHERE id = '7'")
    company.resolve()
    company.connection.execute(MARKED)
    assert company.resolve().rows["people"] == 29

    company.connection.execute("UPDATE pulled.contacts SET email = NULL WHERE id = '7'")
    company.resolve()

    assert made_anew(company) == ["crm:7", "crm:8"]


def test_colleagues_are_made_anew_with_a_deal_of_their_company(company: Pulled) -> None:
    """What makes a company a customer is of all of its people."""
    company.connection.execute("UPDATE pulled.contacts SET company_id = 'c' WHERE id IN ('1', '2')")
    company.put("companies", id="c")
    company.resolve()
    company.connection.execute(MARKED)
    company.deal("d", won_at="2026-03-01", company_id="c")
    company.resolve()

    assert made_anew(company) == ["crm:1", "crm:2"]
    assert company.only("customer_intervals", "customer_id") == ("crm:c",)


def test_readers_of_a_name_are_made_anew_with_its_meaning(company: Pulled) -> None:
    """A campaign that takes a UTM name takes the contacts that came by it."""
    company.put("campaigns", id="c", utm_campaign="utm 5")
    company.resolve()

    assert made_anew(company) == ["crm:5"]


def test_a_new_cost_in_the_settings_touches_nobody(company: Pulled) -> None:
    """Costs are stated up to today: that must not make everything anew each day."""
    company.put("costs", amount=7, kind="media", first_day="2026-01-01")
    company.resolve()

    assert made_anew(company) == []
    assert company.only("costs", "amount_home::INTEGER") == (7,)


def test_other_rules_make_everybody_anew(company: Pulled) -> None:
    """Nobody knows whom they reach."""
    rate = Rate(currency="GBP", valid_from=RULES.rates[0].valid_from, rate=RULES.rates[0].rate)
    company.resolve(rates=(rate,))

    assert len(made_anew(company)) == 30


def test_a_change_of_many_makes_everybody_anew(company: Pulled) -> None:
    """Finding out who is untouched would take longer."""
    company.connection.execute("UPDATE pulled.contacts SET country = 'DE' WHERE id::INTEGER < 20")
    company.resolve()

    assert len(made_anew(company)) == 30


def test_a_record_that_vanished_makes_everybody_anew(company: Pulled) -> None:
    """Nothing is left that would tell what it was tied to."""
    company.connection.execute("DELETE FROM pulled.contacts WHERE id = '7'")

    assert company.resolve().rows["people"] == 29
    assert len(made_anew(company)) == 29


def in_one_transaction(connection: DuckDBPyConnection, most: float) -> list[tuple[object, ...]]:
    """Resolve as a cycle does; the people."""
    connection.execute("BEGIN TRANSACTION")
    resolve(connection, RULES, most=most)
    connection.execute("COMMIT")
    return connection.execute("FROM resolved.people ORDER BY id").fetchall()


def test_a_part_that_proves_too_large_gives_way_to_all(company: Pulled) -> None:
    """In the same transaction, and with the same tables."""
    people: list[list[tuple[object, ...]]] = []
    for country, most in (("DE", 0.0), ("FR", 1.0)):
        company.connection.execute(f"UPDATE pulled.contacts SET country = '{country}'")
        people.append(in_one_transaction(company.connection, most))
    company.connection.execute("UPDATE pulled.contacts SET country = 'DE'")
    people.append(in_one_transaction(company.connection, 1.0))

    assert people[0] == people[2] != people[1]
