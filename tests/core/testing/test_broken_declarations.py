"""What is wrong before anything is read: said where it is declared, with what would be right."""

from typing import Any

import pytest

from kpiloop import Contact, Id, Wire, reads


class Unspoken(Wire):
    """It does not say which records it holds."""

    id: Id


def test_a_cursor_that_there_is_not_is_refused() -> None:
    """The message names those that there are."""
    unknown: Any = "changed"
    with pytest.raises(ValueError, match='"changed" is none of modified, created, none'):
        reads(Contact, cursor=unknown)


def test_a_wire_model_that_holds_nothing_is_refused() -> None:
    """The message says how a model comes to hold records."""
    with pytest.raises(ValueError, match=r"Unspoken must say .* class AcmeContact\(Contact\)"):
        reads(Unspoken)
