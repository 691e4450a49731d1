"""What marketing did to people, and what of it was the last before a deal."""

from collections.abc import Iterable, Iterator
from typing import Any

from oracle.events import Events
from oracle.records import Records, Row, key_of


def touches(records: Records, events: Events) -> Iterator[Row]:
    """What marketing did to people; an id tells kinds apart and orders what was at one moment."""
    for person in events.contacts.people:
        if person["channel"] is not None:
            yield _touch("origin", person["id"], person["id"], person["created_at"])
    yield from _visits(events)
    for form in events.forms:
        yield _touch("form", form["id"], form["person_id"], form["submitted_at"])
    for event, person in events.counting(records["email_events"]):
        if event["kind"] == "click" and not event["is_machine"]:
            yield _touch("email_click", key_of(event), person.get("id"), event["happened_at"])
    for member, person in events.counting(records["campaign_members"]):
        yield _touch("response", key_of(member), person.get("id"), member["responded_at"])


def _visits(events: Events) -> Iterator[Row]:
    """Visits that something brought, of the first person who was known in them."""
    for view in events.views:
        if view["is_landing"] and view["channel"] != "direct":
            yield _touch("visit", view["id"], view["visitor"], view["viewed_at"])


def _touch(kind: str, key: str, person: str | None, at: Any) -> Row:
    return {"kind": kind, "id": f"{kind}:{key}", "person_id": person, "happened_at": at}


def give_last_touches(deals: Iterable[Row], touched: Iterable[Row]) -> None:
    """Give each deal the kind of its person's last touch until it was made."""
    of_person: dict[str, list[Row]] = {}
    for touch in touched:
        if touch["person_id"] is not None and touch["happened_at"] is not None:
            of_person.setdefault(touch["person_id"], []).append(touch)
    for deal in deals:
        before = [
            (touch["happened_at"], touch["id"], touch["kind"])
            for touch in of_person.get(deal["person_id"], ())
            if deal["created_at"] is not None and touch["happened_at"] <= deal["created_at"]
        ]
        deal["last_touch"] = max(before)[-1] if before else None
