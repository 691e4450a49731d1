"""What happened, event by event: whose it is, and what e-mails at their recipients make of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from kpiloop.engine.resolve.rules import Rules
from oracle.deals import Deals, customer_of, in_home_currency
from oracle.joining import Campaigns, counts_from, mailbox
from oracle.people import LATE, Companies, Contacts, address_of, matches
from oracle.records import Records, Row, day_in, key_of

MEDIUM = {"cpc": "paid_search", "email": "email"}
HOSTS = {"www.google.com": "organic_search", "t.co": "organic_social"}
NETWORKS = {"facebook": "facebook", "linkedin": "linkedin", "t.co": "x"}
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
        self.emails = {
            (email["source"], email["id"]): email
            for email in records.get("emails", ())
            if email["deleted_at"] is None
        }
        self.addresses = _addresses(records["contacts"], contacts)
        self.orders = [self._order(*each) for each in self.counting(records["orders"])]
        self.forms = [self._form(*each) for each in self.counting(records["form_submissions"])]
        self.sent = _moments(self.forms, "submitted_at")
        self.ordered = _moments(
            [each for each in self.orders if each["is_paid"] and not each["is_excluded"]],
            "ordered_at",
        )
        self.views = list(self._converting(list(self._views(records["page_views"]))))
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
            "is_purchase": order["status"] not in NOT_BOUGHT and not self._is_deal(order),
            "amount_home": amount,
            "is_excluded": is_excluded,
        }

    def _is_deal(self, order: Row) -> bool:
        """Whether an order is bought with a deal: one that was won, or one of another system."""
        source, deal = order["source"], self.deals.known(order["source"], order["deal_id"])
        if deal is None and order["deal_id"] is not None:
            return not counts_from("deals", source, self.rules)
        return any(each["won_at"] and each["id"] == deal for each in self.deals.counting)

    def _form(self, form: Row, person: Row) -> Row:
        product = form["product"] if form["product"] is not None else person.get("product")
        kinds = self.rules.form_kinds.items()
        kind = next((k for k, patterns in kinds if matches(form["form_id"], patterns)), None)
        return {
            **{name: form[name] for name in ("source", "form_id", "variant", "page")},
            "id": key_of(form),
            "kind": kind or form["kind"],
            "person_id": person.get("id"),
            "channel": ruled(form, self.rules) or person.get("channel"),
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
                "is_landing": visit is None or view is firsts.get((source, visit)),
                "variant": view["variant"],
                "visitor_id": view["visitor_id"] and f"{source}:{view['visitor_id']}",
                "visit_id": visit and f"{source}:{visit}",
                "daily_ip": view["ip"] and day and f"{view['ip']} {day}",
                "person_id": person.get("id"),
                "channel": self._channel(first),
                "network": _network(first),
                "campaign_id": self.campaigns.named(first["utm_campaign"]),
                "viewed_at": view["viewed_at"],
            }

    def _converting(self, views: list[Row]) -> Iterator[Row]:
        """Each view with what its visitor did next, where anybody knows who that was."""
        known: dict[str, tuple[Any, str, str]] = {}
        for view in views:
            if view["person_id"] and view["visit_id"] and view["viewed_at"]:
                told = view["viewed_at"], view["id"], view["person_id"]
                known[view["visit_id"]] = min(told, known.get(view["visit_id"], told))
        for view in views:
            *_, visitor = known.get(view["visit_id"] or "", (None,))
            visitor, at = view["person_id"] or visitor, view["viewed_at"]
            yield {
                **view,
                "visitor": visitor,
                "form_sent_at": _next(at, self.sent.get(visitor, ())),
                "converted_at": self._converted(visitor, at),
            }

    def _channel(self, view: Row) -> str:
        by_rule = ruled(view, self.rules)
        medium = (view["utm_medium"] or "").strip().lower()
        referrer = (view["referrer"] or "").strip()
        if by_rule and by_rule != "other":
            return by_rule
        if medium == "cpc" and view["utm_source"] == "linkedin":
            return "paid_social"
        if medium in MEDIUM:
            return MEDIUM[medium]
        if medium or view["utm_source"] or by_rule:
            return "other"
        return HOSTS.get(urlsplit(referrer).netloc, "referral") if referrer else "direct"

    def _deliveries(self, rows: Iterable[Row]) -> Iterator[Row]:
        found: dict[tuple[str, str], list[Row]] = {}
        owners: dict[tuple[str, str], set[str]] = {}
        for told, person in self.counting(rows):
            event = told | {"campaign_key": self._campaign(told)}
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
            yield {
                **row,
                "id": f"{email}>{recipient}",
                "person_id": person_id,
                "converted_at": self._converted(person_id, row["opened_at"]),
                "click_converted_at": self._converted(person_id, row["clicked_at"]),
            }

    def _campaign(self, event: Row) -> str | None:
        """The event's campaign, else that of its e-mail."""
        email = self.emails.get((event["source"], event["parent_id"]), event)
        named = event["campaign_id"] or email["campaign_id"]
        return self.campaigns.of(event["source"], named)

    def _recipient(self, event: Row) -> str | None:
        """The address that an e-mail went to, or what else is known of it."""
        contact = self.contacts.key(event["source"], event["contact_id"])
        known = self.contacts.counting.get(contact or "")
        named = event["contact_id"] and f"{event['source']}:{event['contact_id']}"
        addresses = (address_of(row) for row in (event, known) if row)
        address = next(filter(None, addresses), None)
        return mailbox(address, self.rules) or (contact if known else named)

    def _converted(self, person: str | None, since: Any) -> Any:
        """When somebody sent a form or ordered next."""
        return _next(since, (*self.sent.get(person, ()), *self.ordered.get(person, ())))


def _moments(rows: Iterable[Row], column: str) -> Mapping[str | None, list[Any]]:
    """Person → when they did something; of nobody known there is nothing."""
    found: dict[str | None, list[Any]] = {}
    for row in rows:
        if row["person_id"] is not None and row[column] is not None:
            found.setdefault(row["person_id"], []).append(row[column])
    return found


def _next(since: Any, moments: Iterable[Any]) -> Any:
    """The first of some moments that is not before another."""
    return min((at for at in moments if since is not None and at >= since), default=None)


def _network(view: Row) -> str | None:
    """The social network that UTM tells, else the referrer."""
    host = urlsplit((view["referrer"] or "").strip()).netloc
    told = ((view["utm_source"] or "").strip().lower(), host)
    return next((NETWORKS[each] for each in told if each in NETWORKS), None)


def ruled(row: Row, rules: Rules) -> str | None:
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
        "channel": "email",
        "campaign_id": min(
            (each["campaign_key"] for each in events if each["campaign_key"]), default=None
        ),
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
