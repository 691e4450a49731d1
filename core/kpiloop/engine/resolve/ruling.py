"""When people met the rules that decide stages, by what the steps have staged so far."""

from collections.abc import Iterator

from kpiloop.engine.resolve.replacing import columns
from kpiloop.engine.resolve.steps import STAGED
from kpiloop.engine.scoring.moments import MADE, rule_entries, scored_moments
from kpiloop.engine.scoring.rules import STAGES, ScoringRules
from kpiloop.schema.registry import RESOLVED
from kpiloop.schema.resolved import Person
from kpiloop.warehouse.sql import name as quoted

_MODELS = {model.entity: model for model in RESOLVED}
_NOBODY = (
    "SELECT NULL::VARCHAR AS person_id, NULL::VARCHAR AS stage, NULL::TIMESTAMP AS met_at LIMIT 0"
)


def ruled_entries(rules: ScoringRules) -> Iterator[str]:
    """Statements that make `rule_entries(person_id, stage, met_at)`; empty without such rules."""
    if rules.stages:
        yield from scored_moments(rules, staged)
    queries = [rule_entries(stage, rule, staged) for stage, rule in rules.stages.items()]
    entries = " UNION ALL ".join(f"({each})" for each in (_NOBODY, *queries))
    yield f"CREATE OR REPLACE TEMP TABLE rule_entries AS {entries}"
    yield from (f"DROP TABLE IF EXISTS {quoted(each)}" for each in MADE)


def staged(entity: str) -> str:
    """A table as it will be; of people, what is known before their stages are."""
    if entity == Person.entity:
        facts = "(SELECT person_id AS id, * EXCLUDE (person_id) FROM person_facts)"
        return f"(SELECT {columns(Person, without=STAGES)} FROM {facts})"
    return f"(SELECT {columns(_MODELS[entity])} FROM {quoted(STAGED + entity)})"
