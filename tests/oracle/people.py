"""Who is there: records that live, and the people that contacts are."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from kpiloop.engine.resolve.rules import Rules
from oracle.joining import LATE, Campaigns, Wholes, counts_from, first_known, mailbox, plain
from oracle.records import Row, key_of


def survivors(rows: Iterable[Row]) -> Mapping[str, str]:
    """Every key of records, those merged away included → the key of the record that is left.

    Merges are followed to their end; of several ends, and of a circle, which has none, the
    smallest id is left.
    """
    into: dict[str, set[str]] = {}
    for row in rows:
        key = key_of(row)
        into.setdefault(key, set())
        for merged in (row["merged_ids"] or "").split(";"):
            former = f"{row['source']}:{merged.strip()}"
            if merged.strip() and former != key:
                into.setdefault(former, set()).add(key)
    reach = {key: _reach(key, into) for key in into}
    return {key: min(_ends(key, reach)) for key in into}


def _ends(key: str, reach: Mapping[str, set[str]]) -> list[str]:
    """What a record ended as: what became nothing else, or else the circle in which it goes."""
    plain = [end for end in reach[key] if reach[end] == {end}]
    return plain or [end for end in reach[key] if all(end in reach[each] for each in reach[end])]


def _reach(key: str, into: Mapping[str, set[str]]) -> set[str]:
    """What a record became, itself included."""
    found, waiting = {key}, [key]
    while waiting:
        fresh = into[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def living(rows: Iterable[Row], left: Mapping[str, str]) -> dict[str, Row]:
    """The records that are neither deleted nor merged away, by key."""
    return {
        key_of(row): row
        for row in rows
        if row["deleted_at"] is None and left[key_of(row)] == key_of(row)
    }


def matches(value: str | None, patterns: Iterable[str]) -> bool:
    """Whether a text looks like one of the patterns, in which only `*` and `?` are special."""
    return value is not None and any(_regex(each).fullmatch(value.lower()) for each in patterns)


def address_of(contact: Row) -> str | None:
    """The e-mail address by which contacts are known as one person."""
    return (contact["email"] or "").strip().lower() or None


def _regex(pattern: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c, re.escape(c)) for c in pattern.lower()), re.DOTALL)


class Contacts:
    """The contacts that count, and the people that they are."""

    def __init__(
        self,
        rows: list[Row],
        rules: Rules,
        companies: "Companies",
        campaigns: Campaigns,
        events: Iterable[Row],
    ) -> None:
        self.left = survivors(rows)
        self.rules = rules
        alive = living(rows, self.left)
        self.excluded = {
            key
            for key, row in alive.items()
            if matches(address_of(row), rules.excluded_addresses)
            or companies.key(row["source"], row["company_id"]) in companies.excluded
        }
        self.excluded_mailboxes = {self._own_mailbox(alive[key]) for key in self.excluded} - {None}
        if rules.joining.addresses:
            self.excluded |= {
                key
                for key, row in alive.items()
                if self._own_mailbox(row) in self.excluded_mailboxes
            }
        self.counting = {key: row for key, row in alive.items() if key not in self.excluded}
        self._opt_out(events)
        for row in self.counting.values():
            row["channel"] = _channel(row, rules)
            row["campaign_key"] = campaigns.named(row["utm_campaign"])
            row["company_key"] = companies.known(row["source"], row["company_id"])
            row["owner_key"] = row["owner_id"] and f"{row['source']}:{row['owner_id']}"
        self.person_of: dict[str, str] = {}
        self.people = [self._person(rows) for rows in self._humans()]

    def key(self, source: str, vendor_id: str | None) -> str | None:
        """The key of the contact that an id means today, whether it counts or not."""
        key = f"{source}:{vendor_id}"
        return self.left.get(key, key) if vendor_id else None

    def _own_mailbox(self, row: Row) -> str | None:
        """The address of a contact, unless many share it."""
        address = address_of(row)
        is_shared = matches(address, self.rules.joining.shared_addresses)
        return None if is_shared else mailbox(address, self.rules)

    def _opt_out(self, events: Iterable[Row]) -> None:
        """Give the moment to who opted out, where only events of their system tell it."""
        left: dict[Any, list[Any]] = {}
        for event in events:
            is_told = event["kind"] == "unsubscribe" and event["deleted_at"] is None
            if is_told and event["happened_at"] is not None:
                contact = self.key(event["source"], event["contact_id"])
                whose = contact if contact in self.counting else self._own_address(event)
                left.setdefault(whose, []).append(event["happened_at"])
        left.pop(None, None)
        for key, row in self.counting.items():
            if row["opted_out"] is False:
                row["opted_out_at"] = None
            elif row["opted_out"] and row["opted_out_at"] is None:
                moments = [*left.get(key, ()), *left.get(self._own_address(row), ())]
                row["opted_out_at"] = max(moments, default=None)

    def _own_address(self, row: Row) -> tuple[str, str] | None:
        """An address as the row's own system knows it."""
        address = mailbox(address_of(row), self.rules)
        return (row["source"], address) if address else None

    def _humans(self) -> Iterable[list[Row]]:
        def token(row: Row) -> str | None:
            return self._own_mailbox(row) if self.rules.joining.addresses else None

        return Wholes("contacts", self.counting, self.left, self.rules, token).by_root().values()

    def _person(self, contacts: list[Row]) -> Row:
        key = key_of(contacts[0])
        self.person_of |= {key_of(row): key for row in contacts}
        person = {
            name: next((row[column] for row in contacts if row[column] is not None), None)
            for name, column in _ATTRIBUTES.items()
        }
        person |= {"id": key, "source": contacts[0]["source"], "contacts": contacts}
        opt_outs = [row["opted_out_at"] for row in contacts if row["opted_out_at"] is not None]
        person["opted_out_at"] = min(opt_outs, default=None)
        person["opted_out_some_time"] = any(
            row["opted_out"] and row["opted_out_at"] is None for row in contacts
        )
        return person


_ATTRIBUTES = {
    **{name: name for name in ("country", "segment", "product", "form_id", "channel")},
    "created_at": "created_at",
    "campaign_id": "campaign_key",
    "company_id": "company_key",
    "owner_id": "owner_key",
}


def earliest(row: Row) -> tuple[Any, ...]:
    """Earliest created first, then by source and id."""
    return (row["created_at"] or LATE, row["source"], row["id"])


def _channel(row: Row, rules: Rules) -> str | None:
    """The channel of the first rule that holds; this oracle reads conditions `column = 'text'`."""
    for rule in rules.channels:
        found = re.fullmatch(r"(\w+) = '([^']*)'", rule.where)
        assert found is not None
        if row[found[1]] == found[2]:
            return rule.channel
    return "other" if row["original_source"] is not None else None


class Companies:
    """The companies that count, and those that the settings exclude."""

    def __init__(self, rows: list[Row], rules: Rules) -> None:
        self.left = survivors(rows)
        alive = living(rows, self.left)
        self.excluded = {
            key
            for key, row in alive.items()
            if matches(row["name"], rules.excluded_companies)
            or matches(row["domain"], rules.excluded_companies)
        }
        rest = {key: row for key, row in alive.items() if key not in self.excluded}
        wholes = Wholes(
            "companies", rest, self.left, rules, lambda row: own_site(row["domain"], rules)
        )
        self.roots = {key: wholes.root(key) for key in rest}
        self.counting = {root: self._whole(rows) for root, rows in wholes.by_root().items()}

    def key(self, source: str, vendor_id: str | None) -> str | None:
        """The key of the company that an id means today, whether it counts or not."""
        key = self.left.get(f"{source}:{vendor_id}", f"{source}:{vendor_id}")
        return self.roots.get(key, key) if vendor_id else None

    def known(self, source: str, vendor_id: str | None) -> str | None:
        """The key of the company that an id means, if it counts."""
        key = self.key(source, vendor_id)
        return key if key in self.counting else None

    def _whole(self, rows: list[Row]) -> Row:
        told = [
            {**row, "owner_id": row["owner_id"] and f"{row['source']}:{row['owner_id']}"}
            for row in rows
        ]
        moments = [row["created_at"] for row in rows if row["created_at"] is not None]
        return {
            **first_known(told, rows[0]),
            "source": rows[0]["source"],
            "created_at": min(moments, default=None),
        }


def own_site(domain: str | None, rules: Rules) -> str | None:
    """The host of a company's website, unless people have their mail there."""
    if not rules.joining.domains:
        return None
    host = re.split(r"[/?#:]", re.sub(r"^(https?://)?(www\.)?", "", plain(domain) or ""))[0]
    return host if host and host not in rules.joining.freemail_hosts else None


def walk_the_ladder(contacts: Contacts, changes: list[Row], ruled: list[Row]) -> list[Row]:
    """Give people the moments of their first entries, and list their stays in stages.

    `ruled` are the entries by rules, in place of what systems say of their stages.
    """
    met: dict[str, list[Row]] = {}
    for entry in ruled:
        met.setdefault(entry["person_id"], []).append(entry)
    by_contact: dict[str | None, list[Row]] = {}
    for change in changes:
        is_told = change["deleted_at"] is None and change["entered_at"] is not None
        if change["of_entity"] == "contacts" and is_told:
            key = contacts.key(change["source"], change["parent_id"])
            by_contact.setdefault(key, []).append(change)
    stays: list[Row] = []
    for person in contacts.people:
        told = _entries(person, by_contact, contacts.rules)
        entries = _with_rules(told, met.get(person["id"], []), contacts.rules)
        _first_entries(person, entries, contacts.rules)
        entries = _raised(entries)
        person["stage"] = entries[-1]["stage"] if entries else None
        stays += _stays(person, entries, contacts.rules)
    return stays


def _first_entries(person: Row, entries: list[Row], rules: Rules) -> None:
    """When each stage was entered first; a skipped one with the next, if the settings say so."""
    following = None
    for stage in reversed(rules.ladder):
        moments = [entry["at"] for entry in entries if entry["stage"] == stage]
        entered = min(moments, default=following if rules.fill_skipped else None)
        person[f"became_{stage}_at"] = following = entered


def _entries(person: Row, by_contact: Mapping[str | None, list[Row]], rules: Rules) -> list[Row]:
    """The entries that count, in their order."""
    entries: list[Row] = []
    silent: list[Row] = []
    for contact in person["contacts"]:
        source = contact["source"]
        if counts_from("stages", source, rules):
            told = by_contact.get(key_of(contact), ())
            entries += [
                _entry(source, each["entered_at"], each["stage"], key_of(each), rules)
                for each in told
            ]
            silent += () if told else (contact,)
    if all(entry["stage"] is None for entry in entries):
        entries += [
            _entry(row["source"], row["created_at"], row["stage"], key_of(row), rules)
            for row in silent
            if row["stage"] is not None and row["created_at"] is not None
        ]
    entries.sort(key=lambda entry: (entry["at"], entry["rank"], entry["id"]))
    return _of_tellers(entries, rules)


def _with_rules(told: list[Row], met: list[Row], rules: Rules) -> list[Row]:
    """The entries by rules among those that systems tell of other stages."""
    kept = [entry for entry in told if entry["stage"] not in rules.scoring.stages]
    kept += [
        {
            **entry,
            "rank": rules.ladder.index(entry["stage"]),
            "id": f"rule:{entry['stage']}",
            "is_ruled": True,
        }
        for entry in met
    ]
    return sorted(kept, key=lambda entry: (entry["at"], entry["rank"], entry["id"]))


def _raised(entries: list[Row]) -> list[Row]:
    """Without entries by rules into a stage that is no higher than the present one."""
    kept: list[Row] = []
    for entry in entries:
        if not entry.get("is_ruled") or not kept or kept[-1]["rank"] < entry["rank"]:
            kept.append(entry)
    return kept


def _entry(source: str, at: Any, stage: str | None, key: str, rules: Rules) -> Row:
    rung = rules.stages.get(source, {}).get(stage or "")
    rank = -1 if rung is None else rules.ladder.index(rung)
    return {"at": at, "rank": rank, "id": key, "stage": rung, "source": source}


def _of_tellers(entries: list[Row], rules: Rules) -> list[Row]:
    """Without what no system may say of a stage that another one tells."""
    if "stages" not in rules.systems_of_record:
        known = [entry for entry in entries if entry["stage"] is not None]
        teller = min(known, key=lambda entry: (entry["at"], entry["source"]), default=None)
        return [each for each in entries if teller is None or each["source"] == teller["source"]]
    kept: list[Row] = []
    teller = None
    for entry in entries:
        if entry["stage"] is not None:
            teller = entry["source"]
        if entry["stage"] is not None or teller in {None, entry["source"]}:
            kept.append(entry)
    return kept


def _stays(person: Row, entries: list[Row], rules: Rules) -> list[Row]:
    leads = rules.ladder[rules.ladder.index("lead") : rules.ladder.index("opportunity")]
    turns = [next(same) for _, same in groupby(entries, key=lambda entry: entry["stage"])]
    seen: set[str] = set()
    stays: list[Row] = []
    for before, entry, following in zip([None, *turns], turns, [*turns[1:], None], strict=False):
        if entry["stage"] is not None:
            is_left_upwards = following is not None and following["rank"] > entry["rank"]
            stays.append(
                {
                    "person_id": person["id"],
                    "deal_id": None,
                    "source": person["source"],
                    "stage": entry["stage"],
                    "is_lead": entry["stage"] in leads,
                    "is_first": entry["stage"] not in seen,
                    "is_rank_up": before is not None and -1 < before["rank"] < entry["rank"],
                    "started_at": entry["at"],
                    "ended_at": following["at"] if following else None,
                    "moved_up_at": following["at"] if following and is_left_upwards else None,
                }
            )
            seen.add(entry["stage"])
    below = rules.ladder[: rules.ladder.index("opportunity")]
    return [stay for stay in stays if stay["stage"] not in below or _outlasts_opt_out(stay, person)]


def _outlasts_opt_out(stay: Row, person: Row) -> bool:
    """End a lead's stay at the opt-out; whether anything is left of it."""
    if person["opted_out_some_time"]:
        return False
    opted_out = person["opted_out_at"]
    if opted_out is None:
        return True
    if opted_out < (stay["ended_at"] or LATE):
        stay |= {"ended_at": opted_out, "moved_up_at": None}
    return bool(stay["started_at"] < opted_out)
