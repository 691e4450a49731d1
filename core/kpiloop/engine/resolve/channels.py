"""Channels: the rules of the settings and of the connectors, as SQL over whatever has a trace.

A rule is a condition over the columns of a contact. Page views, traffic and submissions of forms
carry some of the same columns; they are shown to the rules as contacts of which nothing else is
known.
"""

from collections.abc import Iterable, Iterator, Mapping

from kpiloop.engine.resolve.rules import ChannelRule
from kpiloop.schema.fields import Kind
from kpiloop.schema.people import Contact
from kpiloop.schema.record import Record, columns_of
from kpiloop.schema.web import FormSubmission, PageView, TrafficPeriod
from kpiloop.warehouse.sql import TYPES, text
from kpiloop.warehouse.sql import name as quoted

_TRACED: tuple[type[Record], ...] = (FormSubmission, PageView, TrafficPeriod)


def contact_channels(rules: Iterable[ChannelRule]) -> str:
    """The statement for the channel of each contact: by the first rule that holds, else `other`.

    Where the system tells no source, it is unknown.
    """
    rest = "WHEN original_source IS NOT NULL THEN 'other'"
    return (
        "CREATE OR REPLACE TEMP TABLE contact_channels AS "
        f"SELECT contact_key, {_case(rules, rest)} AS channel FROM live_contacts AS contact"
    )


def ruled_traces(rules: Iterable[ChannelRule]) -> Iterator[str]:
    """The statements for one view per traced entity: its living rows, with their `rule_channel`."""
    case = _case(tuple(rules), "WHEN FALSE THEN NULL")
    for model in _TRACED:
        missing = _missing(model)
        nothing = ", ".join(f"NULL::{TYPES[kind]} AS {quoted(each)}" for each, kind in missing)
        yield (
            f"CREATE OR REPLACE TEMP VIEW {quoted(f'ruled_{model.entity}')} AS "
            f"SELECT * EXCLUDE ({', '.join(quoted(each) for each, _ in missing)}), "
            f"{case} AS rule_channel FROM ("
            f"SELECT *, {nothing} FROM {quoted(f'given_{model.entity}')} WHERE deleted_at IS NULL"
            ") AS contact"
        )


def _case(rules: Iterable[ChannelRule], rest: str) -> str:
    whens = (f"WHEN {rule.where} THEN {text(rule.channel)}" for rule in rules)
    return f"CASE {' '.join((*whens, rest))} END"


def _missing(model: type[Record]) -> list[tuple[str, Kind]]:
    own: Mapping[str, Kind] = columns_of(model)
    return [(each, kind) for each, kind in columns_of(Contact).items() if each not in own]
