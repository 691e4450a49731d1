"""JSON that is read without trust."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.web_api import strict_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(['"paging":', "{,"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["paging", "next", "after", "x"]), inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_PADDING = "p" * strict_json.TAIL


def _reference(value: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


@settings(deadline=None)
@given(
    members=st.lists(
        st.tuples(st.sampled_from(["paging", "results", '{,"paging', "next", "\\"]), _VALUES),
        max_size=6,
    ),
    path=st.sampled_from(["paging", "paging.next", "paging.next.after", "next", "results"]),
    indent=st.sampled_from([None, 0, 2]),
    escaped=st.booleans(),
)
def test_a_cursor_is_found_exactly_as_a_full_parse_finds_it(
    *, members: list[tuple[str, object]], path: str, indent: int | None, escaped: bool
) -> None:
    """Whatever the text holds and however it is spelled, repeated keys included."""
    spelled = ",".join(
        f"{json.dumps(key)}:{json.dumps(value, indent=indent, ensure_ascii=escaped)}"
        for key, value in [("padding", _PADDING), *members]
    )
    text = ("{" + spelled + "}\n").encode("utf-8", "surrogatepass")
    if not escaped and any("\ud800" <= char <= "\udfff" for char in spelled):
        return
    assert strict_json.find(text, path) == _reference(json.loads(text), path)


@settings(deadline=None)
@given(value=st.text() | st.lists(st.integers()), lost=st.integers(1, 60))
def test_a_text_without_its_end_is_refused(value: object, lost: int) -> None:
    """No cursor is taken from what a server did not finish."""
    text = json.dumps({"padding": _PADDING, "x": value, "paging": {"next": "1"}}).encode()
    with pytest.raises(strict_json.NotJsonError):
        strict_json.find(text[:-lost], "paging.next")


@pytest.mark.parametrize("text", [b'{"a": NaN}', b"[Infinity]", b"[-Infinity]"])
def test_numbers_that_json_does_not_have_are_refused(text: bytes) -> None:
    """Python's own parser would let them in."""
    with pytest.raises(strict_json.NotJsonError, match="not a JSON number"):
        strict_json.parse(text)


@pytest.mark.parametrize("text", [b"", b"<html>", b'{"a": 1', b"\xff\xfe{}", b"[1] [2]"])
def test_what_is_not_json_is_refused(text: bytes) -> None:
    """The reason is said, whatever bytes there are."""
    with pytest.raises(strict_json.NotJsonError, match=r"JSON|Expecting|UTF-8|data"):
        strict_json.parse(text)


def test_nesting_without_end_is_refused() -> None:
    """A small body cannot bring the process down."""
    with pytest.raises(strict_json.NotJsonError, match="nested too deeply"):
        strict_json.parse(b"[" * 200_000)


def test_a_path_through_something_that_is_no_object_finds_nothing() -> None:
    """A vendor that sends null for "no next page" has no next page."""
    assert strict_json.find(b'{"paging": null}', "paging.next.after") is None
    assert strict_json.find(b"[1, 2]", "paging") is None
