"""How people rise, who calls them, and when their deals are with sales."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from kpiloop.engine.resolve.rules import CustomerEnds
from support.pulled_company import Pulled, pulled_in_memory

PIPELINE = ("met", "qualified", "offered", "won", "lost")


def at(text: str) -> datetime:
    """A moment as the warehouse keeps it."""
    return datetime.fromisoformat(text)


@pytest.fixture
def selling() -> Iterator[Pulled]:
    """A company with a pipeline, of which `Qualified` and what follows are with sales."""
    with pulled_in_memory() as pulled:
        for position, stage in enumerate(PIPELINE):
            pulled.put(
                "pipeline_stages",
                pipeline_id="p",
                stage=stage,
                name=stage.capitalize(),
                position=position,
                is_won=stage == "won",
                is_closed=stage in {"won", "lost"},
            )
        yield pulled


def deal(pulled: Pulled, name: str, stage: str, **entered: str) -> None:
    """Store a deal with the moments at which it entered stages."""
    pulled.deal(name, pipeline_id="p", stage=stage)
    for each, moment in entered.items():
        pulled.put(
            "stage_changes", of_entity="deals", parent_id=name, stage=each, entered_at=moment
        )


def test_a_stay_knows_whether_one_came_up_and_went_up(pulled: Pulled) -> None:
    """Who falls back comes from above, and who is MQL again is not there for the first time."""
    pulled.contact("1")
    pulled.enters("1", lead="2026-01-02", mql="2026-01-03")
    pulled.enters("1", lead="2026-01-04")
    pulled.enters("1", mql="2026-01-05")
    pulled.resolve()

    columns = "started_at, stage, is_first, is_rank_up, moved_up_at"
    assert pulled.found("stage_intervals", columns) == [
        (at("2026-01-02"), "lead", True, False, at("2026-01-03")),
        (at("2026-01-03"), "mql", True, True, None),
        (at("2026-01-04"), "lead", False, False, at("2026-01-05")),
        (at("2026-01-05"), "mql", False, True, None),
    ]


def test_a_lead_who_opted_out_before_did_not_move_up_from_there(pulled: Pulled) -> None:
    """The stay ended by the opt-out, whatever came after it."""
    pulled.contact("1", opted_out=True, opted_out_at="2026-01-05")
    pulled.enters("1", lead="2026-01-02", opportunity="2026-01-09")
    pulled.resolve()

    assert pulled.found("stage_intervals", "stage, ended_at, moved_up_at, is_rank_up") == [
        ("lead", at("2026-01-05"), None, False),
        ("opportunity", None, None, True),
    ]


def test_a_call_knows_the_persons_next_meeting(pulled: Pulled) -> None:
    """Neither one before it nor one with somebody else, and of calls alone."""
    pulled.contact("1")
    pulled.contact("2")
    for kind, contact, moment in (
        ("meeting", "1", "2026-02-01"),
        ("call", "1", "2026-02-02"),
        ("meeting", "2", "2026-02-03"),
        ("meeting", "1", "2026-02-04"),
        ("meeting", "1", "2026-02-05"),
        ("call", "1", "2026-02-06"),
    ):
        pulled.put("activities", kind=kind, contact_id=contact, happened_at=moment)
    pulled.resolve()

    calls = pulled.connection.execute(
        "SELECT happened_at, appointment_at FROM resolved.activities"
        " WHERE kind = 'call' OR appointment_at IS NOT NULL ORDER BY ALL"
    ).fetchall()
    assert calls == [(at("2026-02-02"), at("2026-02-04")), (at("2026-02-06"), None)]


def test_inside_sales_are_the_teams_and_people_that_the_settings_name(pulled: Pulled) -> None:
    """In whatever capitals; of a pattern only * and ? are special."""
    pulled.put("owners", id="1", team="Inside Sales [EU]")
    pulled.put("owners", id="2", team="Inside Sales E")
    pulled.put("owners", id="3", team="Field", email="Ann@acme.example")
    pulled.put("owners", id="4")
    pulled.resolve(inside_sales=("inside sales [eu]", "ann@*"))

    assert pulled.found("owners", "id, is_inside_sales") == [
        ("crm:1", True),
        ("crm:2", False),
        ("crm:3", True),
        ("crm:4", False),
    ]


def test_a_deal_is_passed_when_it_first_is_in_a_stage_of_sales(selling: Pulled) -> None:
    """Also where it skips the one that is named; being lost is no such stage."""
    deal(selling, "early", "met", met="2026-02-01")
    deal(selling, "passed", "qualified", met="2026-02-01", qualified="2026-02-03")
    deal(selling, "skipped", "offered", met="2026-02-01", offered="2026-02-05")
    deal(selling, "lost", "lost", met="2026-02-01", lost="2026-02-07")
    selling.resolve(passed_from=("Qualif*",))

    assert selling.found("deals", "id, passed_to_sales_at") == [
        ("crm:early", None),
        ("crm:lost", None),
        ("crm:passed", at("2026-02-03")),
        ("crm:skipped", at("2026-02-05")),
    ]


def test_without_a_history_a_deal_was_passed_when_it_was_won_or_made(selling: Pulled) -> None:
    """What is in a stage of sales has been there since it was made, as far as anybody knows."""
    selling.deal("open", pipeline_id="p", stage="offered")
    selling.deal("won", pipeline_id="p", stage="won", won_at="2026-02-20")
    selling.resolve(passed_from=("qualified",))

    assert selling.found("deals", "id, passed_to_sales_at") == [
        ("crm:open", at("2026-02-01")),
        ("crm:won", at("2026-02-20")),
    ]


def test_where_no_stage_is_named_a_deal_is_passed_when_it_is_made(selling: Pulled) -> None:
    """The default: whoever makes deals for sales only has nothing to set."""
    deal(selling, "a", "met", met="2026-02-02")
    selling.resolve()

    assert selling.only("deals", "passed_to_sales_at") == (at("2026-02-01"),)


def test_another_place_of_a_stage_makes_other_deals_passed(selling: Pulled) -> None:
    """A change of the pipeline alone reaches the few deals in it."""
    for number in range(30):
        selling.deal(f"other {number}", pipeline_id="q", stage="met")
    deal(selling, "a", "met", met="2026-02-02")
    selling.resolve(passed_from=("qualified",))
    selling.connection.execute("UPDATE pulled.pipeline_stages SET position = 9 WHERE stage = 'met'")
    selling.resolve(passed_from=("qualified",))

    passed = selling.found("deals", "passed_to_sales_at, id")
    assert passed[-1] == (at("2026-02-02"), "crm:a")
    assert {moment for moment, _ in passed[:-1]} == {None}


def test_a_deal_knows_its_persons_last_touch_until_it_was_made(pulled: Pulled) -> None:
    """A form at the very moment counts; a click after it does not, nor does a program's."""
    pulled.contact("1", original_source="ADS", email="a@x.example")
    pulled.put("form_submissions", contact_id="1", submitted_at="2026-02-01")
    for happened_at, is_machine in (("2026-01-20", False), ("2026-02-02", False)):
        pulled.put(
            "email_events",
            kind="click",
            contact_id="1",
            parent_id="m",
            happened_at=happened_at,
            is_machine=is_machine,
        )
    pulled.deal("a", "1")
    pulled.deal("b", "1", created_at="2026-01-25")
    pulled.deal("c")
    pulled.resolve()

    assert pulled.found("deals", "id, last_touch") == [
        ("crm:a", "form"),
        ("crm:b", "email_click"),
        ("crm:c", None),
    ]


def test_a_time_as_customer_knows_what_was_bought_in_it(pulled: Pulled) -> None:
    """An order of a won deal is the deal; a cancelled one is none; what comes later is apart."""
    pulled.contact("1")
    pulled.deal("a", "1", won_at="2026-02-01", amount=Decimal(100))
    for ordered_at, amount, more in (
        ("2026-02-02", 100, {"deal_id": "a"}),
        ("2026-02-03", 20, {}),
        ("2026-02-04", 7, {"status": "cancelled"}),
        ("2026-06-01", 3, {}),
    ):
        pulled.put("orders", contact_id="1", ordered_at=ordered_at, amount=Decimal(amount), **more)
    pulled.resolve(customer_ends=CustomerEnds.NO_ORDER, customer_days=30)

    assert pulled.found("customer_intervals", "is_first, amount_home") == [
        (False, Decimal(3)),
        (True, Decimal(120)),
    ]
