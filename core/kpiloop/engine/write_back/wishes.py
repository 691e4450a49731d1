"""What each record of a target should hold: computed values, carried to the vendors' own ids."""

from collections.abc import Iterator
from decimal import Decimal

from duckdb import DuckDBPyConnection

from kpiloop.engine.write_back.fields import PublishedField
from kpiloop.engine.write_back.spelling import rounded, spell
from kpiloop.ledger.plan import Wish

_CHUNK = 10_000

_OF_PEOPLE = """
SELECT known.contact_id, found.exact_value, found.float_value
FROM computed.record_values AS found
JOIN resolved.person_contacts AS known ON known.person_id = found.record_id
WHERE found.kpi = $kpi AND found."by" = 'person' AND found.grain = $grain
    AND found.completeness = 'complete' AND known.is_live AND known.source = $target
"""
"""A person's value goes to all contacts of the person."""

_OF_OTHERS = """
SELECT known.known_id, found.exact_value, found.float_value
FROM computed.record_values AS found
JOIN resolved.record_ids AS known ON known.entity = $entity AND known.whole_id = found.record_id
WHERE found.kpi = $kpi AND found."by" = $by AND found.grain = $grain
    AND found.completeness = 'complete' AND known.is_live AND known.source = $target
"""
"""So does that of a company, deal or campaign that several systems hold."""


def wishes(connection: DuckDBPyConnection, field: PublishedField) -> Iterator[Wish]:
    """The value that each record of the target should hold; records without one are left out.

    Immature and partial values are not written. Streams: memory stays flat.
    """
    publication = field.publication
    parameters = {
        "kpi": field.kpi.name,
        "target": field.target,
        "grain": publication.period,
    }
    statement = _OF_PEOPLE
    if publication.by != "person":
        statement = _OF_OTHERS
        parameters |= {"by": publication.by, "entity": publication.entity}
    found = connection.cursor().execute(statement, parameters)
    while rows := found.fetchmany(_CHUNK):
        for record_id, exact, inexact in rows:
            text = _text(field, inexact if exact is None else exact)
            if text is not None:
                yield (
                    field.target,
                    publication.entity,
                    str(record_id),
                    field.definition.field,
                    text,
                )


def _text(field: PublishedField, value: Decimal | float | None) -> str | None:
    if value is None:
        return None
    if field.publication.band:
        return field.kpi.band(value)
    return spell(rounded(value, field.publication.decimals))
