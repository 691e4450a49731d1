"""What happened, event by event: whose it is, and what e-mails at their recipients make of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from kpiloop.engine.resolve.rules import Rules
from oracle.deals import Deals, customer_of, in_home_currency
from oracle.joining import Campaigns, mailbox
from oracle.people import LATE, Companies, Contacts, address_of, matches
from oracle.records import Records, Row, day_in, key_of

MEDIUM = {"cpc": "paid_search", "email": "email"}
HOSTS = {"www.google.com": "organic_search", "t.co": "organic_social"}
NOT_BOUGHT = ("pending", "cancelled", "refunded")


class Events:
    """The events that count, of people who are known and of others."""

    def __init__(
        self,
        records: Records,
        contacts: Contacts,
        companies: Companies,
        campaigns: Campaigns,
        deals: Deals,
    ) -> None:
        self.rules, self.contacts, self.companies = contacts.rules, contacts, companies
        self.campaigns, self.deals = campaigns, deals
        self.people = {person["id"]: person for person in contacts.people}
        self.addresses = _addresses(records["contacts"], contacts)
        self.orders = [self._order(*each) for each in self.counting(records["orders"])]
        self.forms = [self._form(*each) for each in self.counting(records["form_submissions"])]
        self.views = list(self._views(records["page_views"]))
        self.deliveries = list(self._deliveries(records["email_events"]))

    def counting(self, rows: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
        """The rows of nobody who is excluded, each with its person, who may be nobody."""
        for row in rows:
            contact = self.contacts.key(row["source"], row["contact_id"])
            address = address_of(row) if "email" in row else None
            by_contact = self.contacts.person_of.get(contact or "")
            means = mailbox(address, self.rules)
            person = by_contact or self.addresses.get(means or "")
            is_strange = person is None and (
                matches(address, self.rules.excluded_addresses)
                or means in self.contacts.excluded_mailboxes
            )
            is_excluded = is_strange or contact in self.contacts.excluded
            if row["deleted_at"] is None and not is_excluded:
                yield row, self.people.get(person or "", {})

    def _order(self, order: Row, person: Row) -> Row:
        source = order["source"]
        company = self.companies.known(source, order["company_id"]) or person.get("company_id")
        day = day_in(self.rules.zone, order["ordered_at"])
        amount = in_home_currency(order["amount"], order["currency"], day, self.rules)
        is_excluded = self.companies.key(source, order["company_id"]) in self.companies.excluded
        return {
            **{name: person.get(name) for name in ("channel", "country", "segment", "owner_id")},
            **{name: order[name] for name in ("source", "product", "status", "ordered_at")},
            "id": key_of(order),
            "person_id": person.get("id"),
            "company_id": company,
            "customer_id": customer_of(person.get("id"), company, self.rules),
            "deal_id": self.deals.known(source, order["deal_id"]),
            "campaign_id": person.get("campaign_id"),
            "is_paid": order["status"] not in NOT_BOUGHT,
            "amount_home": amount,
            "is_excluded": is_excluded,
        }

    def _form(self, form: Row, person: Row) -> Row:
        product = form["product"] if form["product"] is not None else person.get("product")
        kinds = self.rules.form_kinds.items()
        kind = next((k for k, patterns in kinds if matches(form["form_id"], patterns)), None)
        return {
            **{name: form[name] for name in ("source", "form_id", "variant", "page")},
            "id": key_of(form),
            "kind": kind or form["kind"],
            "person_id": person.get("id"),
            "channel": _ruled(form, self.rules) or person.get("channel"),
            "campaign_id": self.campaigns.named(form["utm_campaign"]) or person.get("campaign_id"),
            "product": product,
            "submitted_at": form["submitted_at"],
        }

    def _views(self, rows: Iterable[Row]) -> Iterator[Row]:
        counting = list(self.counting(rows))
        firsts: dict[tuple[str, str], Row] = {}
        for view, _ in sorted(
            counting, key=lambda each: (each[0]["viewed_at"] or LATE, each[0]["id"])
        ):
            if view["visit_id"] is not None and view["viewed_at"] is not None:
                firsts.setdefault((view["source"], view["visit_id"]), view)
        for view, person in counting:
            source, visit = view["source"], view["visit_id"]
            first = firsts.get((source, visit), view)
            day = day_in(self.rules.zone, view["viewed_at"])
            yield {
                **{name: view[name] for name in ("source", "page", "ip", "country", "form_id")},
                "id": key_of(view),
                "is_first": visit is None or view is firsts.get((source, visit)),
                "variant": view["variant"],
                "visitor_id": view["visitor_id"] and f"{source}:{view['visitor_id']}",
                "visit_id": visit and f"{source}:{visit}",
                "daily_ip": view["ip"] and day and f"{view['ip']} {day}",
                "person_id": person.get("id"),
                "channel": self._channel(first),
                "campaign_id": self.campaigns.named(first["utm_campaign"]),
                "viewed_at": view["viewed_at"],
            }

    def _channel(self, view: Row) -> str:
        ruled = _ruled(view, self.rules)
        medium = (view["utm_medium"] or "").strip().lower()
        referrer = (view["referrer"] or "").strip()
        if ruled and ruled != "other":
            return ruled
        if medium == "cpc" and view["utm_source"] == "linkedin":
            return "paid_social"
        if medium in MEDIUM:
            return MEDIUM[medium]
        if medium or view["utm_source"] or ruled:
            return "other"
        return HOSTS.get(urlsplit(referrer).netloc, "referral") if referrer else "direct"

    def _deliveries(self, rows: Iterable[Row]) -> Iterator[Row]:
        found: dict[tuple[str, str], list[Row]] = {}
        owners: dict[tuple[str, str], set[str]] = {}
        for event, person in self.counting(rows):
            recipient = self._recipient(event)
            if recipient and event["parent_id"]:
                email = f"{event['source']}:{event['parent_id']}"
                owners.setdefault((email, recipient), set()).update(
                    {person["id"]} if person else ()
                )
                found.setdefault((email, recipient), []).append(event)
        telling = {
            event["source"]
            for events in found.values()
            for event in events
            if event["kind"] == "delivered" and event["happened_at"]
        }
        for (email, recipient), events in found.items():
            row = _delivery(events, tells=events[0]["source"] in telling)
            person_id = min(owners[email, recipient], default=None)
            converted_at = self._converted(person_id, row["opened_at"])
            yield {**row, "id": f"{email}>{recipient}", "person_id": person_id} | {
                "converted_at": converted_at
            }

    def _recipient(self, event: Row) -> str | None:
        """The address that an e-mail went to, or what else is known of it."""
        contact = self.contacts.key(event["source"], event["contact_id"])
        known = self.contacts.counting.get(contact or "")
        named = event["contact_id"] and f"{event['source']}:{event['contact_id']}"
        addresses = (address_of(row) for row in (event, known) if row)
        address = next(filter(None, addresses), None)
        return mailbox(address, self.rules) or (contact if known else named)

    def _converted(self, person: str | None, opened_at: Any) -> Any:
        forms = [each["submitted_at"] for each in self.forms if each["person_id"] == person]
        orders = [
            each["ordered_at"]
            for each in self.orders
            if each["person_id"] == person and each["is_paid"] and not each["is_excluded"]
        ]
        if person is None or opened_at is None:
            return None
        return min((at for at in (*forms, *orders) if at and at >= opened_at), default=None)


def _ruled(row: Row, rules: Rules) -> str | None:
    """The channel of the first rule that names the row's source, as all rules do here."""
    source = row["original_source"]
    named = (rule.channel for rule in rules.channels if rule.where.endswith(f" = '{source}'"))
    return next(named, "other") if source is not None else None


def _delivery(events: list[Row], *, tells: bool) -> Row:
    def first(*kinds: str, human: bool = False) -> Any:
        moments = [
            event["happened_at"]
            for event in events
            if (event["kind"] in kinds or not kinds)
            and not (human and event["is_machine"])
            and event["happened_at"]
        ]
        return min(moments, default=None)

    opened, clicked, bounced = first("open"), first("click", human=True), first("bounce")
    sent = first("sent")
    handled = min((at for at in (first("delivered"), bounced) if at), default=None)
    seen = min((at for at in (opened, clicked) if at), default=None)
    told = first("delivered") or (None if tells or bounced else sent)
    bounces = [event["bounce_kind"] for event in events if event["kind"] == "bounce"]
    return {
        "source": events[0]["source"],
        "campaign_id": None,
        "variant": min((each["variant"] for each in events if each["variant"]), default=None),
        "sent_at": sent or handled,
        "delivered_at": told or seen,
        "opened_at": opened,
        "opened_by_human_at": first("open", human=True),
        "is_unreliable": any(each["is_machine"] for each in events if each["kind"] == "open"),
        "clicked_at": clicked,
        "bounced_at": bounced,
        "bounce_kind": "hard" if "hard" in bounces else "soft" if bounces else None,
    }


def _addresses(rows: Iterable[Row], contacts: Contacts) -> Mapping[str, str]:
    """Address → the one person who has it now."""
    now: dict[str, set[str]] = {}
    for row in rows:
        key, address = key_of(row), mailbox(address_of(row), contacts.rules)
        person = contacts.person_of.get(key)
        if address and person and contacts.left.get(key, key) == key:
            now.setdefault(address, set()).add(person)
    return {address: next(iter(people)) for address, people in now.items() if len(people) == 1}
