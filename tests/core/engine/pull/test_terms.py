"""Values said in terms are the same by the database as by Python."""

import duckdb
import pytest

from kpiloop import FirstOf, IsWord, Joined, Key, Term, Word
from kpiloop.engine.pull.quick import text_of
from kpiloop.schema.terms import value_of

TERMS = (
    Key("a"),
    Word("w"),
    Joined((Key("a"), Word("w"), Key("b"))),
    FirstOf((Key("a"), Key("b"))),
    IsWord(Key("a"), "x"),
)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: type(term).__name__)
@pytest.mark.parametrize("a", ["x", "y", None])
@pytest.mark.parametrize("b", ["x", "", None])
def test_a_term_means_the_same_both_ways(term: Term, a: str | None, b: str | None) -> None:
    """What is joined has no value where a part has none, or an empty one."""
    row = "(SELECT $a::VARCHAR AS a, $b::VARCHAR AS b)"
    query = f"SELECT {text_of(term, lambda key: key.name)} FROM {row}"
    with duckdb.connect() as connection:
        found = connection.execute(query, {"a": a, "b": b}).fetchall()[0][0]
    expected = value_of(term, {"a": a, "b": b})
    assert (found or None) == (
        str(expected).lower() if isinstance(expected, bool) else expected or None
    )
