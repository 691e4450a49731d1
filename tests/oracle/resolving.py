"""Resolving, put together: from records to one company's people, deals, customers and costs."""

from dataclasses import replace

from kpiloop.engine.resolve.rules import Rules
from oracle.conversations import activities, survey_responses
from oracle.costs import campaigns_by_channel, cost_days
from oracle.deals import Deals, became_customer, customer_intervals
from oracle.events import Events
from oracle.joining import Campaigns, counts_from, plain
from oracle.people import Companies, Contacts, matches, walk_the_ladder
from oracle.reach import (
    campaign_members,
    email_totals,
    figures,
    social_posts,
    traffic_periods,
)
from oracle.records import Records, Row, day_in, key_of, whole
from oracle.scoring import acts_of, rule_entries
from oracle.touches import give_last_touches, touches

EVENTS = (
    *("activities", "email_events", "form_submissions", "orders", "page_views"),
    *("campaign_members", "email_totals", "social_posts", "survey_responses", "traffic_periods"),
)
_SUMS_OF = {"email_totals": "email_events"}
"""Entities that are told by the system that tells others."""
Tables = dict[str, list[Row]]


def resolve_records(given: Records, rules: Rules) -> Tables:
    """The resolved tables that KPIs stand on; every `x_at` has its local `x_day` beside it."""
    records = {entity: whole(rows, entity) for entity, rows in given.items()}
    companies = Companies(records["companies"], rules)
    joined = Campaigns(records["campaigns"], rules)
    contacts = Contacts(records["contacts"], rules, companies, joined, records["email_events"])
    campaigns = campaigns_by_channel(joined.counting, contacts)
    sales = Deals(records, rules, contacts, companies, joined)
    deals = sales.counting
    told = _counting(records, rules)
    events = Events(told, contacts, companies, joined, sales)
    give_last_touches(deals, touches(told, events))
    orders = [order for order in events.orders if not order["is_excluded"]]
    acts = acts_of(events.forms, orders, rules)
    ruled = rule_entries(contacts.people, acts, rules)
    stays = walk_the_ladder(contacts, records["stage_changes"], ruled)
    became_customer(contacts.people, deals, orders)
    people = {person["id"]: person for person in contacts.people}
    intervals = customer_intervals([*deals, *orders], people, stays, rules)
    tables = {
        "people": contacts.people,
        "companies": [{**row, "id": key} for key, row in companies.counting.items()],
        "deals": deals,
        "stage_intervals": stays,
        "deliveries": events.deliveries,
        "form_submissions": events.forms,
        "orders": orders,
        "page_views": events.views,
        "figures": list(figures(records["figures"])),
        **_reach(told, events, joined),
        "customer_intervals": intervals,
        "costs": cost_days(
            _costs(records["costs"], joined, rules), campaigns, intervals, _known(rules, joined)
        ),
        "campaigns": [{**row, "id": key} for key, row in campaigns.items()],
        "owners": _owners(records["owners"], rules),
        "scores": [],
    }
    return {name: [_with_days(row, rules) for row in rows] for name, rows in tables.items()}


def _reach(told: Records, events: Events, joined: Campaigns) -> Tables:
    """Who was reached, by campaigns, e-mails, posts, pages and calls, and what they answered."""
    return {
        "activities": list(activities(told["activities"], events)),
        "campaign_members": list(campaign_members(told["campaign_members"], events)),
        "email_totals": list(email_totals(told["email_totals"], events)),
        "social_posts": list(social_posts(told["social_posts"], joined)),
        "traffic_periods": list(traffic_periods(told["traffic_periods"], events)),
        "survey_responses": list(survey_responses(told["survey_responses"], events)),
    }


def _owners(rows: list[Row], rules: Rules) -> list[Row]:
    """Those that there still are, each with whether it sells by phone."""
    return [
        {**row, "id": key_of(row), "is_inside_sales": _is_inside_sales(row, rules)}
        for row in rows
        if row["deleted_at"] is None
    ]


def _counting(records: Records, rules: Rules) -> Records:
    """The records whose systems the settings let count, of each entity."""
    return {
        entity: [
            row for row in rows if counts_from(_SUMS_OF.get(entity, entity), row["source"], rules)
        ]
        for entity, rows in records.items()
        if entity in EVENTS
    } | {each: records[each] for each in ("contacts", "emails") if each in records}


def _costs(rows: list[Row], campaigns: Campaigns, rules: Rules) -> list[Row]:
    """The costs that count, each with its campaign."""
    return [
        {**row, "campaign_key": campaigns.of(row["source"], row["campaign_id"])}
        for row in rows
        if counts_from("costs", row["source"], rules)
    ]


def _is_inside_sales(owner: Row, rules: Rules) -> bool:
    names = (plain(owner["team"]), plain(owner["email"]))
    return any(matches(name, rules.inside_sales) for name in names)


def _known(rules: Rules, campaigns: Campaigns) -> Rules:
    """The rules, with the campaigns of stated costs by the ids that they are known by."""
    costs = (
        replace(cost, campaign_id=campaigns.known_as(cost.campaign_id)) for cost in rules.costs
    )
    return replace(rules, costs=tuple(costs))


def _with_days(row: Row, rules: Rules) -> Row:
    days = {
        f"{name.removesuffix('_at')}_day": day_in(rules.zone, value)
        for name, value in row.items()
        if name.endswith("_at")
    }
    return {**row, **days}
