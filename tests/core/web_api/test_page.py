"""Pages, as connectors make them."""

import pytest

from kpiloop.web_api import Page


def test_a_page_of_json_keeps_the_bytes_as_they_came() -> None:
    """The core parses them once, straight into its tables."""
    page = Page.json(b'{"results": []}', rows="results", checkpoint="7", replaces=["1", "2"])
    assert (page.body, page.rows_at, page.items) == (b'{"results": []}', "results", None)
    assert (page.checkpoint, page.replaces) == ("7", ("1", "2"))


def test_a_page_of_csv_keeps_the_text_as_it_came() -> None:
    """The core takes it apart, by the names in its first line."""
    page = Page.csv(b"Id,Name\n1,A\n", checkpoint="7", replaces=["1"])
    assert (page.body, page.is_csv, page.items) == (b"Id,Name\n1,A\n", True, None)
    assert (page.checkpoint, page.replaces) == ("7", ("1",))


def test_a_page_of_rows_holds_what_an_iterable_gave() -> None:
    """A generator may be handed over; it is used up at once, so that the page can be kept."""
    page = Page.rows(({"id": number} for number in range(2)), checkpoint={"at": [1, None]})
    assert page.items == ({"id": 0}, {"id": 1})
    assert (page.body, page.checkpoint) == (None, {"at": [1, None]})


def test_a_page_cannot_be_changed() -> None:
    """It is handed from thread to thread."""
    page = Page.json(b"[]")
    for name in ("body", "checkpoint"):
        with pytest.raises(AttributeError):
            setattr(page, name, None)
