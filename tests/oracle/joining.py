"""Which records are one: every reason in turn, and nothing but plain sets."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

from kpiloop.engine.resolve.rules import Rules
from oracle.records import Row, key_of

LATE = datetime.max  # noqa: DTZ901 - instants are naive UTC here, and none is last
BLANKS = " \t\n\r\u00a0"
Rows = Mapping[str, Row]
Pair = tuple[str, str]


def plain(written: str | None) -> str | None:
    """A name without what says nothing: capitals, and blanks around it."""
    return (written or "").strip(BLANKS).lower() or None


def counts_from(entity: str, source: str, rules: Rules) -> bool:
    """Whether a system's records of an entity count."""
    return source in rules.systems_of_record.get(entity, (source,))


def mailbox(address: str | None, rules: Rules) -> str | None:
    """The address that all spellings of it mean."""
    joining = rules.joining
    if address is None:
        return None
    local, at, host = address.partition("@")
    if joining.plus_is_same and at and local.split("+")[0]:
        local = local.split("+")[0]
    if host in joining.dotless_hosts:
        local = local.replace(".", "")
    return f"{local}{at}{host}"


def first_known(rows: Iterable[Row], names: Iterable[str]) -> Row:
    """Of each fact the first that is known."""
    told = list(rows)
    return {
        name: next((row[name] for row in told if row[name] is not None), None) for name in names
    }


class Wholes:
    """The records of one entity that count, put together where they are one."""

    def __init__(
        self,
        entity: str,
        rows: Rows,
        left: Mapping[str, str],
        rules: Rules,
        token: Callable[[Row], str | None],
    ) -> None:
        self.entity, self.rows, self.left, self.rules = entity, rows, left, rules
        self.order = {key: place for place, key in enumerate(sorted(rows, key=self._place))}
        groups: dict[str, list[str]] = {}
        for key in self.order:
            if (said := token(rows[key])) is not None:
                groups.setdefault(said, []).append(key)
        self.strangers = self._strangers() if entity == "contacts" else []
        self.members: dict[str, set[str]] = {key: {key} for key in rows}
        for group in groups.values():
            self.join(combinations(group, 2))
        self.join(self._in_order(self._told()))

    def root(self, key: str) -> str:
        """The key of the record that gives the whole its id."""
        return min(self.members[key], key=self.order.__getitem__)

    def by_root(self) -> dict[str, list[Row]]:
        """The records of each whole, first ones first."""
        found: dict[str, list[Row]] = {}
        for key in self.order:
            found.setdefault(self.root(key), []).append(self.rows[key])
        return found

    def _place(self, key: str) -> tuple[Any, ...]:
        row = self.rows[key]
        is_other = not counts_from(self.entity, row["source"], self.rules)
        return (is_other, row["created_at"] or LATE, row["source"], row["id"])

    def _strangers(self) -> list[Pair]:
        named = [[self.left.get(key, key) for key in keys] for keys in self.rules.joining.never]
        return [pair for keys in named for pair in combinations(keys, 2) if pair[0] != pair[1]]

    def _in_order(self, pairs: Iterable[Pair]) -> list[Pair]:
        def places(pair: Pair) -> list[int]:
            return sorted(self.order[key] for key in pair)

        return sorted(pairs, key=places)

    def join(self, pairs: Iterable[Pair]) -> None:
        """Make both of each pair one, in turn, where no strangers would meet."""
        for one, two in pairs:
            together = self.members[one] | self.members[two]
            if not any({*pair} <= together for pair in self.strangers):
                for each in together:
                    self.members[each] = together

    def _told(self) -> Iterable[Pair]:
        joining = self.rules.joining
        if self.entity in {"contacts", "companies"} and self.entity not in joining.ids:
            return
        sources = {row["source"] for row in self.rows.values()}
        for key, row in self.rows.items():
            for told in filter(None, map(str.strip, (row["same_as"] or "").split(";"))):
                source, colon, vendor_id = told.partition(":")
                if not colon or source not in sources:
                    source, vendor_id = joining.bare_ids.get(row["source"], row["source"]), told
                meant = self.left.get(f"{source}:{vendor_id}", f"{source}:{vendor_id}")
                if meant in self.rows and meant != key:
                    yield key, meant


class Campaigns:
    """The campaigns that count, by id, alias and UTM name."""

    def __init__(self, rows: Iterable[Row], rules: Rules) -> None:
        self.living = {key_of(row): row for row in rows if row["deleted_at"] is None}
        firsts: dict[tuple[str, str | None], str] = {}
        for key, row in sorted(self.living.items()):
            firsts.setdefault((row["source"], plain(row["utm_campaign"])), key)
        self.tokens = {key: utm for (_, utm), key in firsts.items()}
        self.meant = {
            alias: [key for key in self.living if self._is_meant(key, (alias, *others))]
            for alias, others in rules.joining.aliases.items()
        }
        pairs = [(keys[0], key) for keys in self.meant.values() for key in keys]
        self.wholes = Wholes(
            "campaigns", self.living, {}, rules, lambda row: self.tokens.get(key_of(row))
        )
        self.wholes.join(pairs)
        self.rules = rules
        self.counting = {
            root: self._whole(rows)
            for root, rows in self.wholes.by_root().items()
            if counts_from("campaigns", rows[0]["source"], rules)
        }

    def of(self, source: str, vendor_id: str | None) -> str | None:
        """The campaign that an id means."""
        return self.known_as(f"{source}:{vendor_id}") if vendor_id else None

    def known_as(self, key: str | None) -> str | None:
        """The campaign of which a record is known."""
        return self.wholes.root(key) if key in self.living else key

    def named(self, utm: str | None) -> str | None:
        """The campaign that a UTM name means."""
        name = plain(utm)
        keys = [key for key, token in self.tokens.items() if token == name]
        for alias, others in self.rules.joining.aliases.items():
            if name in map(plain, (alias, *others)):
                keys += self.meant[alias]
        roots = {self.wholes.root(key) for key in keys} & self.counting.keys()
        return min(roots, key=self.wholes.order.__getitem__, default=None) if name else None

    def _is_meant(self, key: str, names: Iterable[str]) -> bool:
        row = self.living[key]
        said = {plain(row["name"]), plain(row["utm_campaign"])} - {None}
        return any(key == name or plain(name) in said for name in names)

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
