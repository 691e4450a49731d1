"""From page to page by the key of the last row."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from kpiloop.errors import UntrustedAnswerError
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer
from kpiloop.web_api import Answer, Api, Key, Page

MakeApi = Callable[..., Api]


class _Contact(BaseModel):
    id: str


class _Table:
    """Rows that a server gives by their keys, and how it was asked."""

    def __init__(self, api: Api, size: int) -> None:
        self.asked: list[Key | None] = []
        self.size = size
        self._api = api

    def behind(self, last: Key | None) -> Answer:
        """The rows behind a key."""
        self.asked.append(last)
        return self._api.get("/rows", {"above": last, "limit": self.size})


def _serving(keys: Sequence[int]) -> Callable[[Received], Reply]:
    def respond(request: Received) -> Reply:
        asked = dict(each.split("=") for each in request.query.split("&"))
        above, limit = int(asked.get("above", -1)), int(asked["limit"])
        found = [key for key in keys if key > above]
        return answer(
            {
                "rows": [{"id": key, "deep": {"key": str(key)}} for key in found[:limit]],
                "has_more": len(found) > limit,
            }
        )

    return respond


def _ids(pages: Sequence[Page]) -> list[str]:
    return [str(page.checkpoint) for page in pages]


@pytest.mark.parametrize(
    ("how", "asked"),
    [
        ({"size": 2}, [None, 2, 4]),
        ({"more": "has_more"}, [None, 2]),
        ({}, [None, 2, 4]),
    ],
    ids=["a full page has this size", "what says that there is more", "until one is empty"],
)
def test_the_rows_behind_the_last_one_are_asked_for(
    make_api: MakeApi, how: dict[str, object], asked: list[int | None]
) -> None:
    """Each page has its last key as checkpoint; a page without rows is none."""
    with FaultServer(_serving([1, 2, 3, 4])) as server, make_api(server) as api:
        table = _Table(api, size=2)
        more, size = str(how.get("more", "")), how.get("size")
        found = list(
            api.keyset(
                table.behind,
                rows="rows",
                size=size if isinstance(size, int) else None,
                more=more,
                of=_Contact,
            )
        )
    assert _ids(found) == ["2", "4"]
    assert table.asked == asked
    assert {(page.rows_at, page.of) for page in found} == {("rows", _Contact)}


def test_a_short_page_is_the_last(make_api: MakeApi) -> None:
    """Where the size of a page is known, nobody asks in vain."""
    with FaultServer(_serving([1, 2, 3])) as server, make_api(server) as api:
        table = _Table(api, size=2)
        assert _ids(list(api.keyset(table.behind, rows="rows", size=2))) == ["2", "3"]
    assert table.asked == [None, 2]


def test_a_read_goes_on_from_a_checkpoint(make_api: MakeApi) -> None:
    """Nothing before it is asked for again, and no page is given where nothing follows."""
    with FaultServer(_serving([1, 2, 3, 4])) as server, make_api(server) as api:
        table = _Table(api, size=2)
        assert _ids(list(api.keyset(table.behind, rows="rows", size=2, start=2))) == ["4"]
        assert list(api.keyset(table.behind, rows="rows", size=2, start=4)) == []


def test_a_key_may_stand_deep_in_a_row(make_api: MakeApi) -> None:
    """The key's path is dotted; a text of figures is as good as a number."""
    with FaultServer(_serving([9, 10, 11])) as server, make_api(server) as api:
        table = _Table(api, size=2)
        pages = list(api.keyset(table.behind, rows="rows", key="deep.key", size=2))
    assert [page.checkpoint for page in pages] == ["10", "11"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(keys=st.sets(st.integers(0, 50), max_size=20), size=st.integers(1, 6))
def test_no_row_is_left_out_or_read_twice(make_api: MakeApi, keys: set[int], size: int) -> None:
    """Whatever keys there are and however long a page is."""
    with FaultServer(_serving(sorted(keys))) as server, make_api(server) as api:
        table = _Table(api, size)
        found = [page.body or b"" for page in api.keyset(table.behind, rows="rows", size=size)]
    assert sum(body.count(b'"id"') for body in found) == len(keys)


def _one_page(rows: object) -> Callable[[Received], Reply]:
    return lambda _: answer(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [{"id": 2}, {"id": 1}],
        [{"id": "b"}, {"id": "b"}],
        [{"id": "10"}, {"id": "11"}, {"id": "9"}],
        [{"id": {"broken": 1}}],
        [{"name": "no id"}, None, 5],
    ],
    ids=["out of order", "twice", "figures out of order", "broken alone", "without a key"],
)
def test_rows_that_are_not_in_the_order_of_their_keys_are_not_trusted(
    make_api: MakeApi, rows: list[object]
) -> None:
    """Going on behind the last one would leave rows out, so the stream stops and says why."""
    with (
        FaultServer(_one_page(rows)) as server,
        make_api(server) as api,
        pytest.raises(UntrustedAnswerError, match="order of 'id'") as caught,
    ):
        list(api.keyset(lambda _: api.get("/rows"), rows=""))
    assert "sort by id" in caught.value.todo


def test_a_vendor_that_disregards_the_key_is_found_out(make_api: MakeApi) -> None:
    """The same page again would go on for ever."""
    rows = [{"id": "b"}, {"id": "a"}]
    with FaultServer(_one_page(rows)) as server, make_api(server) as api:
        pages = api.keyset(lambda _: api.get("/rows"), rows="")
        assert next(pages).checkpoint == "a"
        with pytest.raises(UntrustedAnswerError):
            next(pages)


def test_a_broken_row_costs_no_page(make_api: MakeApi) -> None:
    """A row whose key cannot be read is the wire model's matter; one beside it leads on."""
    rows = [{"id": {"broken": True}}, None, {"id": 7}, {"id": False}]
    with FaultServer(_one_page(rows)) as server, make_api(server) as api:
        [page] = api.keyset(lambda _: api.get("/rows"), rows="", size=5)
    assert page.checkpoint == 7


@pytest.mark.parametrize("body", [{"rows": "none"}, {}, [1]], ids=["no list", "no rows", "a list"])
def test_an_answer_without_rows_at_their_place_is_not_trusted(
    make_api: MakeApi, body: object
) -> None:
    """It is never taken for an empty page."""
    with (
        FaultServer(_one_page(body)) as server,
        make_api(server) as api,
        pytest.raises(UntrustedAnswerError),
    ):
        list(api.keyset(lambda _: api.get("/rows"), rows="rows"))


def test_a_checkpoint_that_is_no_key_is_a_fault_of_the_connector(make_api: MakeApi) -> None:
    """A connector that keeps something else is told so."""
    with (
        FaultServer(_one_page([])) as server,
        make_api(server) as api,
        pytest.raises(TypeError, match="keyset"),
    ):
        list(api.keyset(lambda _: api.get("/rows"), rows="", start=[1]))
