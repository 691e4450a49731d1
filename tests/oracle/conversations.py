"""What was talked about: calls, meetings, answers to surveys, and whose they are."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from oracle.deals import first
from oracle.events import Events
from oracle.records import Row, key_of


def activities(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """The activities with nobody who is excluded; of calls also when the next meeting was."""
    done = list(_done(rows, events))
    met: dict[str, list[datetime]] = {}
    for each in done:
        if each["kind"] == "meeting" and each["person_id"] and each["happened_at"]:
            met.setdefault(each["person_id"], []).append(each["happened_at"])
    for each in done:
        is_call = each["kind"] == "call" and each["happened_at"] is not None
        after = [
            at for at in met.get(each["person_id"], ()) if is_call and at >= each["happened_at"]
        ]
        yield {**each, "appointment_at": min(after, default=None)}


def _done(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """Each with its person, company and deal."""
    deals = {deal["id"]: deal for deal in events.deals.counting}
    for row, person in events.counting(rows):
        source = row["source"]
        deal = deals.get(events.deals.known(source, row["deal_id"]) or "", {})
        told = events.companies.key(source, row["company_id"])
        own = events.companies.known(source, row["company_id"])
        if told not in events.companies.excluded:
            yield {
                **{name: row[name] for name in ("source", "kind", "outcome", "happened_at")},
                "id": key_of(row),
                "owner_id": row["owner_id"] and f"{source}:{row['owner_id']}",
                "person_id": person.get("id"),
                "company_id": first(own, deal.get("company_id"), person.get("company_id")),
                "deal_id": deal.get("id"),
                "campaign_id": events.campaigns.of(source, row["campaign_id"]),
            }


def survey_responses(rows: Iterable[Row], events: Events) -> Iterator[Row]:
    """The answers of nobody who is excluded, each with the scale that it was given on."""
    names = ("source", "kind", "score", "lowest", "highest", "product", "answered_at")
    for row, person in events.counting(rows):
        yield {
            **{name: row[name] for name in names},
            "id": key_of(row),
            "person_id": person.get("id"),
        }
