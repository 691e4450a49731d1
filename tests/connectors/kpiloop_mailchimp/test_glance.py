"""Full pages of which only the ends are looked at."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpiloop_mailchimp.glance import Ends, ends_of

SOME = 2
KEYS = ("id", "changed")
VALUES = st.one_of(
    st.text(max_size=6), st.sampled_from(["a", '"id":"x"', "\\", "ü"]), st.none(), st.integers()
)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional={"id": VALUES, "changed": VALUES, "note": VALUES}),
    max_size=6,
)


def exact(rows: Sequence[Mapping[str, object]]) -> Ends:
    """What a page says that is taken apart."""
    names = [" ".join(str(row[key]) for key in KEYS) for row in rows]
    return Ends(first=tuple(names[:SOME]), last=tuple(names[-SOME:]))


@given(rows=ROWS, spaced=st.booleans(), readable=st.booleans(), more=st.integers(0, 1))
def test_what_is_seen_of_a_full_page_is_what_a_parse_would_say(
    rows: list[dict[str, Any]], *, spaced: bool, readable: bool, more: int
) -> None:
    """Whatever the values are and however they are spelled: the same names, or no telling."""
    full = max(len(rows), SOME) + more  # no vendor gives more rows than were asked for
    separators = (", ", ": ") if spaced else (",", ":")
    page = {"rows": rows, "total_items": 3}
    body = json.dumps(page, separators=separators, ensure_ascii=not readable).encode()
    found = ends_of(body, KEYS, full=full, some=SOME)
    if found is not None:
        assert len(rows) == full
        assert found == exact(rows)


@pytest.mark.parametrize("number", [SOME, 5])
def test_plain_rows_need_no_parse(number: int) -> None:
    """Ids and times, as all rows of Mailchimp have them."""
    rows = [{"id": f"c{each}", "note": {"x": 1}, "changed": f"t{each}"} for each in range(number)]
    body = json.dumps({"rows": rows}).encode()
    assert ends_of(body, KEYS, full=number, some=SOME) == exact(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [{"id": "a", "changed": "b"}],
        [{"id": "a", "changed": "b"}, {"id": "c"}],
        [{"id": "a", "changed": "b"}, {"id": None, "changed": "d"}],
        [{"id": "a", "changed": "b"}, {"id": "c", "changed": "d", "in": {"id": "e"}}],
    ],
    ids=["too few", "without a key", "null", "a key within a row"],
)
def test_pages_out_of_the_ordinary_are_taken_apart(rows: list[dict[str, object]]) -> None:
    """A page that is not full, or whose rows lack a key or have it twice, is not judged here."""
    body = json.dumps({"rows": rows}).encode()
    assert ends_of(body, KEYS, full=2, some=SOME) is None
