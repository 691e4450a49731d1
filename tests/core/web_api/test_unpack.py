"""Packed bodies, unpacked in bounded pieces."""

import gzip
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.web_api.unpack import PIECE, PackingError, unpacked


@settings(deadline=None)
@given(
    members=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    cut=st.integers(1, 50),
)
def test_any_gzip_body_is_unpacked_however_it_arrives(members: list[bytes], cut: int) -> None:
    """One member or several, in pieces of any size."""
    packed = b"".join(gzip.compress(member) for member in members)
    pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]
    assert b"".join(unpacked(pieces, "gzip")) == b"".join(members)


@settings(deadline=None)
@given(size=st.sampled_from([PIECE - 1, PIECE, PIECE + 1]), members=st.integers(1, 4))
def test_members_that_end_exactly_with_a_piece_are_unpacked_once(size: int, members: int) -> None:
    """No piece is larger than the bound, and nothing comes twice."""
    packed = gzip.compress(b"x" * size, 9)
    pieces = list(unpacked([packed * members], "gzip"))
    assert sum(map(len, pieces)) == size * members
    assert max(map(len, pieces)) <= PIECE


@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=300), lost=st.integers(1, 30))
def test_a_packed_body_without_its_end_is_refused(data: bytes, lost: int) -> None:
    """Even where the connection ended in good order."""
    packed = gzip.compress(data)
    with pytest.raises(PackingError):
        list(unpacked([packed[:-lost]], "gzip"))


def test_members_that_hold_nothing_are_not_unpacked_for_ever() -> None:
    """They would cost time without ever reaching the limit of size."""
    with pytest.raises(PackingError, match="too many parts"):
        list(unpacked(repeat(gzip.compress(b""), 20_000), "gzip"))


@pytest.mark.parametrize(
    ("body", "encoding"), [(b"plain", "gzip"), (b"x", "br"), (b"x", "gzip, gzip")]
)
def test_a_body_that_is_packed_otherwise_is_refused(body: bytes, encoding: str) -> None:
    """Only gzip is asked for."""
    with pytest.raises(PackingError):
        list(unpacked([body], encoding))


def test_a_body_that_is_not_packed_passes_as_it_is() -> None:
    """Nothing is copied."""
    assert list(unpacked([b"a", b"b"], "identity")) == [b"a", b"b"]
