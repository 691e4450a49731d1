"""What ties records to each other, so that one may make another come out differently.

Each record has a name and is tied to other names: of records that it points to, of its address, of
its visit. Records that share a name, directly or over others, are resolved together; those that do
not have nothing to do with each other. To tie too many costs time, to tie too few is wrong.

Beside that, records read what a name means that very many share, such as a campaign's or a
currency: those names tie nobody, but where one gets another meaning, its readers have changed.

Names are kept as numbers of 32 bits. Two names with one number tie what need not be tied, which is
rare and does no harm.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.registry import PULLED
from kpiloop.warehouse.sql import names, table

FUNCTION = "CREATE OR REPLACE TEMP MACRO tie(name) AS (hash(name) >> 32)::UINTEGER"
"""From a name to its number."""


def _to(entity: str, column: str) -> str:
    return f"'{entity}:' || source || ':' || {column}"


def _told_same(entity: str) -> str:
    """Every record that `same_as` may mean, whichever way it is read."""
    return f"""flatten([
        [{_to(entity, "spelled")} FOR spelled IN spellings(told)]
        || ['{entity}:' || getvariable('bare_ids')[source] || ':' || spelled
            FOR spelled IN spellings(told)]
        || ['{entity}:' || split_part(told, ':', 1) || ':' || spelled
            FOR spelled IN spellings(trim(substr(told, strpos(told, ':') + 1)))]
        FOR told IN [trim(each) FOR each IN string_split(same_as, ';')]
    ])"""


def _merged(entity: str) -> str:
    return f"[{_to(entity, 'trim(each)')} FOR each IN string_split(merged_ids, ';')]"


_CONTACT = _to("contacts", "contact_id")
_TARGET = "to_entity || ':' || source || ':' || to_id"
_COMPANY = _to("companies", "company_id")
_DEAL = _to("deals", "deal_id")
# An address may stand for a contact, and a contact for itself: both are names of people.
_ADDRESS = "'contacts:' || mailbox(address)"
_CAMPAIGN = _to("campaign", "campaign_id")
_UTM = "'utm:' || plain(utm_campaign)"
_CURRENCY = "'currency:' || iso(currency)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """How records of one entity are tied, in SQL over its pulled rows."""

    ties: tuple[str, ...] = ()
    """Names, or no value."""
    lists: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Column → a list of names, where the column has a value."""
    reads: tuple[str, ...] = ()
    """Names that very many share."""


def _same(entity: str) -> Mapping[str, str]:
    return {"merged_ids": _merged(entity), "same_as": _told_same(entity)}


TIED: Mapping[str, Tied] = MappingProxyType(
    {
        "contacts": Tied(
            ties=(_ADDRESS, _COMPANY),
            lists=_same("contacts"),
            reads=(_UTM,),
        ),
        "companies": Tied(
            ties=("CASE WHEN getvariable('join_domains') THEN 'site:' || own_site(domain) END",),
            lists=_same("companies"),
        ),
        "deals": Tied(
            ties=(_COMPANY,),
            lists=_same("deals"),
            reads=(
                _CAMPAIGN,
                _CURRENCY,
                _to("pipeline", "pipeline_id"),
                _to("passing", "pipeline_id"),
                _to("stage", "pipeline_id || ':' || stage"),
            ),
        ),
        "links": Tied(
            ties=(
                f"CASE WHEN from_entity = 'deals' THEN {_to('deals', 'parent_id')} END",
                f"CASE WHEN from_entity = 'deals' THEN {_TARGET} END",
            )
        ),
        "stage_changes": Tied(ties=("of_entity || ':' || source || ':' || parent_id",)),
        "orders": Tied(ties=(_CONTACT, _ADDRESS, _COMPANY, _DEAL), reads=(_CAMPAIGN, _CURRENCY)),
        "order_lines": Tied(ties=(_to("orders", "parent_id"),), reads=(_CURRENCY,)),
        "email_events": Tied(
            ties=(_CONTACT, _ADDRESS), reads=(_CAMPAIGN, _to("email", "parent_id"))
        ),
        "page_views": Tied(ties=(_CONTACT, _to("visits", "visit_id")), reads=(_UTM,)),
        "traffic_periods": Tied(reads=(_UTM,)),
        "form_submissions": Tied(ties=(_CONTACT, _ADDRESS), reads=(_UTM,)),
        "survey_responses": Tied(ties=(_CONTACT, _ADDRESS)),
        "activities": Tied(ties=(_CONTACT, _COMPANY, _DEAL), reads=(_CAMPAIGN,)),
        "campaign_members": Tied(
            ties=(_CONTACT,), reads=(_to("campaign", "parent_id"), _to("reach", "parent_id"))
        ),
        "segment_members": Tied(ties=(_CONTACT,), reads=(_to("segment", "parent_id"),)),
    }
)
"""Of other entities there are few records: all of them are always resolved."""

_MODELS: Mapping[str, type[Record]] = {model.entity: model for model in PULLED}


def node(entity: str) -> str:
    """The number of a record's own name."""
    return f"tie({_to(entity, 'id')})"


def mark(entity: str) -> str:
    """A number that tells one state of a record from another."""
    return f"hash({names(('source', *columns_of(_MODELS[entity]), 'deleted_at'))})"


def ties(entity: str, records: str) -> Iterator[str]:
    """Queries for `entity`, `node` and `tie`; names that a record has twice may come twice."""
    address = ", plain(email) AS address" if "email" in columns_of(_MODELS[entity]) else ""
    known = f"(SELECT *, {node(entity)} AS node{address} FROM {records}) AS records"
    lists = {"TRUE": f"[{', '.join(TIED[entity].ties)}]"} if TIED[entity].ties else {}
    lists |= {f"{column} IS NOT NULL": each for column, each in TIED[entity].lists.items()}
    for condition, listed in lists.items():
        yield (
            f"SELECT '{entity}' AS entity, node, tie(name) AS tie"
            f" FROM (SELECT node, unnest({listed}) AS name FROM {known} WHERE {condition}) AS told"
            " WHERE name IS NOT NULL"
        )


def readers(entity: str, changed: str) -> Iterator[str]:
    """Queries for the nodes of records that read a name of the table `changed`."""
    for name in TIED[entity].reads:
        yield (
            f"SELECT {node(entity)} AS node FROM {table('pulled', entity)}"
            f" WHERE ({name}) IN (SELECT name FROM {changed})"
        )
