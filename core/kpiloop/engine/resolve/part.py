"""The part of the records that has to be resolved anew, because of what changed in it.

A part holds every record that is tied to one of its own, so that nothing outside of it comes out
differently. Whether what outsiders read of shared things has changed is known only on the way:
then they belong to the part as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from duckdb import DuckDBPyConnection

from kpiloop.engine.resolve.ties import TIED, readers

MOST = 0.2
"""Share of all names above which resolving all of them is no more work than finding out which."""

_MOST_ROUNDS = 8


@dataclass(slots=True, kw_only=True)
class Part:
    """The names in `part(tie)`, and whether they are enough and not too many."""

    connection: DuckDBPyConnection
    most: float = MOST
    is_fit: bool = True
    """Whether resolving a part comes to the same as resolving all, with less work."""
    grown: int = field(default=0)
    """How often the part was found to be too small."""

    def grow(self) -> None:
        """Take in everything that is tied to the part."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE reached AS SELECT DISTINCT tie FROM part"
        )
        self.connection.execute("CREATE OR REPLACE TEMP TABLE part AS FROM reached")
        names = self._number("resolved.seen") + self._number("resolved.ties")
        while self.is_fit and self._number("reached"):
            self.connection.execute(_REACH)
            self.connection.execute("INSERT INTO part FROM reached")
            self.is_fit = self._number("part") <= self.most * names

    def holds_after(self, step: str) -> bool:
        """Whether, by what a step has found, the part is still all that comes out differently.

        If not, it has grown, unless it is not fit any more.
        """
        check = _CHECKS.get(step)
        return check is None or check(self)

    def take_in(self, queries: list[str]) -> bool:
        """Take in more records by their nodes; True if all of them were in the part already."""
        self.connection.execute("CREATE OR REPLACE TEMP TABLE reached (tie UINTEGER)")
        for query in queries:
            self.connection.execute(
                f"INSERT INTO reached SELECT DISTINCT node FROM ({query}) AS told"
                " WHERE node NOT IN (FROM part)"
            )
        if not self._number("reached"):
            return True
        self.grown += 1
        self.is_fit = self.is_fit and self.grown < _MOST_ROUNDS
        self.connection.execute("INSERT INTO part FROM reached")
        self.grow()
        return False

    def same_systems(self) -> bool:
        """Which systems there are decides what the ids in `same_as` mean, everywhere."""
        self.is_fit = self._is_empty(_OTHER_SYSTEMS)
        return self.is_fit

    def same_meanings(self) -> bool:
        """Whoever reads a name that means something else than before has changed."""
        self.connection.execute(_OTHER_MEANINGS)
        if not self._number("changed_names"):
            return True
        return self.take_in(
            [query for entity in TIED for query in readers(entity, "changed_names")]
        )

    def take_in_customers(self) -> None:
        """Take in what was of one customer with something of the part, as was resolved before."""
        while self.is_fit and not self.take_in([_OTHERS_OF_KNOWN_CUSTOMERS]):
            continue

    def same_customers(self) -> bool:
        """A person and a company with one id are one customer, though nothing ties them."""
        self.connection.execute(_PART_CUSTOMERS)
        self.connection.execute(_OTHER_CUSTOMERS)
        return self.take_in([_OTHERS_OF_CUSTOMERS])

    def same_telling(self) -> bool:
        """Whether a system tells of deliveries at all decides about all of its e-mails."""
        self.is_fit = self._is_empty(_OTHERWISE_TELLING)
        return self.is_fit

    def _number(self, table: str) -> int:
        row = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(row[0]) if row else 0

    def _is_empty(self, query: str) -> bool:
        return self.connection.execute(f"FROM ({query}) LIMIT 1").fetchone() is None


_CHECKS: Mapping[str, Callable[[Part], bool]] = {
    "02_counting.sql": Part.same_systems,
    "04_meanings.sql": Part.same_meanings,
    "09_customers.sql": Part.same_customers,
    "12_email.sql": Part.same_telling,
}

_REACH = """
CREATE OR REPLACE TEMP TABLE reached AS
(
    SELECT ties.tie FROM resolved.ties SEMI JOIN reached ON reached.tie = ties.node
    UNION
    SELECT ties.node FROM resolved.ties SEMI JOIN reached ON reached.tie = ties.tie
)
EXCEPT
FROM part
"""

_OTHER_SYSTEMS = """
WITH told AS (
    SELECT source FROM resolved.person_contacts WHERE is_live
    UNION
    SELECT source FROM resolved.record_ids WHERE is_live
), now_told AS (
    SELECT source FROM counting UNION FROM other_systems
)
(FROM told EXCEPT FROM now_told) UNION ALL (FROM now_told EXCEPT FROM told)
"""

_OTHER_MEANINGS = """
CREATE OR REPLACE TEMP TABLE changed_names AS
SELECT DISTINCT name
FROM (
    (FROM resolved.meanings EXCEPT ALL FROM staged_meanings)
    UNION ALL
    (FROM staged_meanings EXCEPT ALL FROM resolved.meanings)
)
WHERE name IS NOT NULL
"""

# The customers that anything of the part is or was of.
_PART_CUSTOMERS = """
CREATE OR REPLACE TEMP TABLE part_customers AS
SELECT customer_id FROM resolved.deals SEMI JOIN part_keys
    ON part_keys.entity = 'deals' AND part_keys.key = deals.id
UNION
SELECT customer_id FROM resolved.orders SEMI JOIN part_keys
    ON part_keys.entity = 'orders' AND part_keys.key = orders.id
UNION
SELECT CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(company_id, id) ELSE id END
FROM resolved.people SEMI JOIN part_keys
    ON part_keys.entity = 'contacts' AND part_keys.key = people.id
UNION
SELECT customer_id FROM staged_deals
UNION
SELECT customer_id FROM staged_orders
UNION
SELECT CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(company_id, id) ELSE id END
FROM staged_people
"""

_KNOWN_CUSTOMERS = """
SELECT customer_id, tie('deals:' || id) AS node FROM resolved.deals
UNION ALL
SELECT customer_id, tie('orders:' || id) FROM resolved.orders
UNION ALL
SELECT CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(company_id, id) ELSE id END,
    tie('contacts:' || id)
FROM resolved.people
"""

_OTHERS_OF_KNOWN_CUSTOMERS = f"""
WITH known AS ({_KNOWN_CUSTOMERS}), of_part AS (
    SELECT DISTINCT customer_id FROM known WHERE node IN (FROM part)
)
SELECT node FROM known SEMI JOIN of_part USING (customer_id)
"""

_OTHERS_OF_CUSTOMERS = """
SELECT tie('deals:' || id) AS node
FROM resolved.deals SEMI JOIN part_customers USING (customer_id)
UNION ALL
SELECT tie('orders:' || id)
FROM resolved.orders SEMI JOIN part_customers USING (customer_id)
UNION ALL
SELECT tie('contacts:' || id)
FROM resolved.people SEMI JOIN part_customers ON part_customers.customer_id =
    CASE WHEN getvariable('customer_is') = 'company' THEN coalesce(company_id, id) ELSE id END
"""

_OTHER_CUSTOMERS = """
CREATE OR REPLACE TEMP TABLE other_customers AS
SELECT is_first, started_at, channel
FROM resolved.customer_intervals
ANTI JOIN part_customers USING (customer_id)
"""

_OTHERWISE_TELLING = """
WITH told AS (
    SELECT DISTINCT source
    FROM resolved.email_events
    WHERE kind = 'delivered' AND happened_at IS NOT NULL AND delivery_id IS NOT NULL
), now_told AS (
    FROM other_telling
    UNION
    SELECT source FROM email_deliveries WHERE told_delivered_at IS NOT NULL
)
(FROM told EXCEPT FROM now_told) UNION ALL (FROM now_told EXCEPT FROM told)
"""
