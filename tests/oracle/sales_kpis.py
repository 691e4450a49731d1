"""The KPIs of leads, ranks and inside sales; nothing here reads a pack."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from oracle.answers import (
    Answer,
    Kpi,
    conversion,
    conversion_in_period,
    count,
    count_of,
    quotient,
)
from oracle.basic_kpis import all_cost, sqls
from oracle.customer_kpis import CUSTOMER_KPIS, Tables
from oracle.records import Row
from oracle.world import Span, World, there_at


def content_leads(world: World, span: Span) -> Answer:
    """People who sent a form for content in the span."""
    forms = world.between("form_submissions", "submitted_day", span)
    known = [form for form in forms if form["kind"] == "content" and form["person_id"] is not None]
    return count_of(known, "person_id")


def applications(world: World, span: Span) -> Answer:
    """Forms of the kind application in the span."""
    forms = world.between("form_submissions", "submitted_day", span)
    return count([form for form in forms if form["kind"] == "application"])


def sql_acquisition_cost(world: World, span: Span) -> Answer:
    """Cost of marketing and sales per SQL."""
    return quotient(all_cost(world, span), sqls(world, span))


def mql_reentries(world: World, span: Span) -> Answer:
    """Entries into MQL by people who had been there before."""
    begun = world.between("stage_intervals", "started_day", span)
    return count([stay for stay in begun if stay["stage"] == "mql" and not stay["is_first"]])


def rank_ups(world: World, span: Span) -> Answer:
    """Upward moves in the span."""
    begun = world.between("stage_intervals", "started_day", span)
    return count([stay for stay in begun if stay["is_rank_up"]])


def _in_stage(world: World, span: Span) -> list[Row]:
    stays = world.tables["stage_intervals"]
    return there_at(span.first_day, stays, "started", "ended", span.as_of)


def rank_up_rate(world: World, span: Span) -> Answer:
    """Of the people in a stage at the start of the span, the share that moved up from it."""
    before = _in_stage(world, span)
    risen = [stay for stay in before if _has_risen(stay, span)]
    # Single records have an answer for as long as they ever were in a stage and did not move up.
    stays = world.tables["stage_intervals"]
    waiting = there_at(span.first_day, stays, "started", "moved_up", span.as_of)
    return quotient(Answer(len(risen), rows=len(waiting)), count(before))


def _has_risen(stay: Row, span: Span) -> bool:
    """Whether a stay ended upwards before the span did."""
    if stay["moved_up_at"] is None:
        return False
    if span.as_of.has_come_to(span.next_day):
        return bool(stay["moved_up_day"] < span.next_day)
    return bool(stay["moved_up_at"] < span.as_of.stored)


def rank_up_rate_in_period(world: World, span: Span) -> Answer:
    """Upward moves out of stages in the span, for each person in one at its start."""
    return quotient(
        count(world.between("stage_intervals", "moved_up_day", span)),
        count(_in_stage(world, span)),
    )


def mqls_passed(world: World, span: Span) -> Answer:
    """MQLs of the span who are with inside sales."""
    people = world.between("people", "became_mql_day", span)
    return count([person for person in people if _is_inside_sales(world, person)])


def _is_inside_sales(world: World, row: Row) -> bool:
    return bool(world.owner_of(row).get("is_inside_sales"))


def _calls(world: World, day: str, span: Span) -> list[Row]:
    return [
        row
        for row in world.between("activities", day, span)
        if row["kind"] == "call" and _is_inside_sales(world, row)
    ]


def inside_sales_calls(world: World, span: Span) -> Answer:
    """Calls of inside sales in the span."""
    return count(_calls(world, "happened_day", span))


def contacts_called(world: World, span: Span) -> Answer:
    """People whom inside sales called in the span."""
    return _people_of(_calls(world, "happened_day", span))


def _people_of(rows: list[Row]) -> Answer:
    return count_of([row for row in rows if row["person_id"] is not None], "person_id")


def appointment_rate(world: World, span: Span) -> Answer:
    """Of the people called in the span, the share with a meeting in 90 days."""
    met = [
        row
        for row in _calls(world, "happened_day", span)
        if row["appointment_day"] is not None
        and row["appointment_day"] <= row["happened_day"] + timedelta(days=90)
    ]
    return quotient(_people_of(met), contacts_called(world, span))


def appointment_rate_in_period(world: World, span: Span) -> Answer:
    """People with a meeting in the span after a call, over the people called in it."""
    return quotient(
        _people_of(_calls(world, "appointment_day", span)), contacts_called(world, span)
    )


_MARKETING = {
    *("affiliate", "display", "email", "events", "organic_social", "paid_search", "paid_social"),
    *("social", "webinar"),
}


def marketing_meetings(world: World, span: Span) -> Answer:
    """Deals from marketing that were passed to sales in the span."""
    deals = world.between("deals", "passed_to_sales_day", span)
    return count([deal for deal in deals if deal["channel"] in _MARKETING])


def nurtured_meetings(world: World, span: Span) -> Answer:
    """Deals passed in the span whose person clicked in an e-mail last."""
    deals = world.between("deals", "passed_to_sales_day", span)
    return count([deal for deal in deals if deal["last_touch"] == "email_click"])


def deals_passed(world: World, span: Span) -> Answer:
    """Deals passed to sales in the span."""
    return count(world.between("deals", "passed_to_sales_day", span))


def deals_made(world: World, span: Span) -> Answer:
    """Deals made in the span."""
    return count(world.between("deals", "created_day", span))


_RATES: Mapping[str, tuple[str, str, str]] = {
    "lead_to_opportunity_rate": ("people", "became_lead", "became_opportunity"),
    "passed_to_sales_rate": ("deals", "created", "passed_to_sales"),
    "win_rate_of_passed": ("deals", "passed_to_sales", "won"),
}
"""Cohort rate → table, what is entered, and what follows."""

_PLAIN: Mapping[Kpi, Tables] = {
    **CUSTOMER_KPIS,
    applications: ("form_submissions",),
    appointment_rate: ("activities",),
    appointment_rate_in_period: ("activities",),
    contacts_called: ("activities",),
    content_leads: ("form_submissions",),
    deals_made: ("deals",),
    deals_passed: ("deals",),
    inside_sales_calls: ("activities",),
    marketing_meetings: ("deals",),
    mql_reentries: ("stage_intervals",),
    mqls_passed: ("people",),
    nurtured_meetings: ("deals",),
    rank_up_rate: ("stage_intervals",),
    rank_up_rate_in_period: ("stage_intervals",),
    rank_ups: ("stage_intervals",),
    sql_acquisition_cost: ("costs", "people"),
}

SALES: Mapping[str, Kpi] = {
    **{kpi.__name__: kpi for kpi in _PLAIN},
    **{
        f"{name}{ending}": partial(reading, table=table, before=before, after=after)
        for name, (table, before, after) in _RATES.items()
        for ending, reading in (("", conversion), ("_in_period", conversion_in_period))
    },
}

SALES_STANDS_ON: Mapping[str, Tables] = {
    **{kpi.__name__: tables for kpi, tables in _PLAIN.items()},
    **{
        f"{name}{ending}": (table,)
        for name, (table, _, _) in _RATES.items()
        for ending in ("", "_in_period")
    },
}

SALES_MATURE_AFTER: Mapping[str, int] = dict.fromkeys((*_RATES, "appointment_rate"), 90)
