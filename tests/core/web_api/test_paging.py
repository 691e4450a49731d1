"""From page to page."""

from collections.abc import Callable
from itertools import islice

import pytest
from pydantic import BaseModel

from kpiloop.errors import UntrustedAnswerError
from kpiloop.testing.fault_server import FaultServer, Received, Reply, answer
from kpiloop.web_api import Api

MakeApi = Callable[..., Api]


class _Contact(BaseModel):
    id: str


def _pages_of(*bodies: object) -> list[Reply]:
    return [answer(body) for body in bodies]


def _page(number: int, *, last: bool = False) -> dict[str, object]:
    following = {} if last else {"paging": {"next": {"after": str(number + 1)}}}
    return {"results": [{"id": number}], **following}


def test_pages_follow_the_vendors_cursor_to_the_last(make_api: MakeApi) -> None:
    """Each page carries the bytes, where its rows are, and where to go on after it."""
    with FaultServer(_pages_of(_page(1), _page(2), _page(3, last=True))) as server:
        api = make_api(server)
        pages = list(
            api.pages(
                "/contacts", {"limit": 1}, rows="results", cursor="paging.next.after", of=_Contact
            )
        )
        queries = [request.query for request in server.received]
    assert [page.checkpoint for page in pages] == ["2", "3", None]
    assert {page.rows_at for page in pages} == {"results"}
    assert {page.of for page in pages} == {_Contact}
    assert queries == ["limit=1", "limit=1&after=2", "limit=1&after=3"]


def test_pages_go_on_from_a_checkpoint(make_api: MakeApi) -> None:
    """Nothing before it is asked for again."""
    with FaultServer(_pages_of(_page(7, last=True))) as server:
        api = make_api(server)
        list(api.pages("/contacts", rows="results", cursor="paging.next.after", start="7"))
        assert [request.query for request in server.received] == ["after=7"]


def test_a_page_is_only_asked_for_when_the_one_before_has_been_taken(make_api: MakeApi) -> None:
    """A stream that stops early has asked for nothing in vain."""
    with FaultServer(_pages_of(_page(1), _page(2, last=True))) as server:
        next(make_api(server).pages("/contacts", rows="results", cursor="paging.next.after"))
        assert len(server.received) == 1


@pytest.mark.parametrize("full", [True, False], ids=["full", "relative"])
def test_a_link_to_the_next_page_is_followed_as_it_is(*, full: bool, make_api: MakeApi) -> None:
    """With its own parameters and no others."""

    def reply(request: Received) -> Reply:
        link = f"http://{request.headers['host']}" * full + "/contacts?page=2&key=a%2Fb"
        return answer({"rows": [1], "next": "" if request.query.startswith("page") else link})

    with FaultServer(reply) as server:
        api = make_api(server)
        pages = list(
            api.pages("/contacts", {"limit": 1}, rows="rows", cursor="next", cursor_param="")
        )
        assert [request.query for request in server.received] == ["limit=1", "page=2&key=a%2Fb"]
    assert pages[-1].checkpoint is None


@pytest.mark.parametrize(
    "link", ["/v2/contacts?page=2", "?page=2", "contacts?page=2", "../v2/contacts?page=2"]
)
@pytest.mark.parametrize("resumed", [True, False])
def test_a_link_without_a_host_is_read_as_a_browser_would(
    link: str, make_api: MakeApi, *, resumed: bool
) -> None:
    """The base's path does not come twice, and a link that a checkpoint kept is read alike."""

    def reply(request: Received) -> Reply:
        return answer({"rows": [1], "next": "" if request.query.startswith("page") else link})

    with FaultServer(reply) as server:
        api = make_api(server, path="/v2")
        pages = api.pages(
            "/contacts",
            rows="rows",
            cursor="next",
            cursor_param="",
            start=link if resumed else None,
        )
        list(pages)
        asked = [f"{request.path}?{request.query}" for request in server.received]
    assert asked[-1] == "/v2/contacts?page=2"
    assert len(asked) == (1 if resumed else 2)


@pytest.mark.parametrize("link", ["//evil.example/v2", "https://evil.example/v2", "https://[::1"])
def test_a_link_to_another_host_is_not_followed(link: str, make_api: MakeApi) -> None:
    """However it is written, and no key goes there."""
    with FaultServer(_pages_of({"rows": [1], "next": link})) as server:
        pages = make_api(server).pages("/x", rows="rows", cursor="next", cursor_param="")
        with pytest.raises(UntrustedAnswerError, match="another origin"):
            list(pages)
        assert len(server.received) == 1


def test_a_cursor_may_be_a_number_and_is_sent_back_as_one(make_api: MakeApi) -> None:
    """Zero included, which is no end."""
    bodies = ({"rows": [1], "offset": 0}, {"rows": [1], "offset": 100}, {"rows": [1]})
    with FaultServer(_pages_of(*bodies)) as server:
        api = make_api(server)
        list(api.pages("/x", rows="rows", cursor="offset", cursor_param="offset"))
        assert [request.query for request in server.received] == ["", "offset=0", "offset=100"]


@pytest.mark.parametrize("start", [None, "2"])
def test_a_cursor_that_comes_back_stops_with_an_error(start: str | None, make_api: MakeApi) -> None:
    """The page itself is handed on first: its rows are good."""
    bodies = (_page(1), _page(2), _page(1), _page(1))
    with FaultServer(_pages_of(*bodies)) as server:
        pages = make_api(server).pages(
            "/x", rows="results", cursor="paging.next.after", start=start
        )
        with pytest.raises(UntrustedAnswerError, match="for ever"):
            list(islice(pages, 50))
        assert len(server.received) <= 4


def test_ten_empty_pages_in_a_row_are_followed_and_no_more(make_api: MakeApi) -> None:
    """Vendors that filter after paging send some, a broken one sends them for ever."""
    empty = [{"results": [], "next": f"n{number}"} for number in range(12)]
    some = {"results": [1], "next": "some"}
    with FaultServer(_pages_of(*empty[:10], some, {"results": []})) as server:
        assert len(list(make_api(server).pages("/x", rows="results", cursor="next"))) == 12
    with FaultServer(_pages_of(*empty)) as server:
        with pytest.raises(UntrustedAnswerError, match="no rows"):
            list(make_api(server).pages("/x", rows="results", cursor="next"))
        assert len(server.received) == 11


@pytest.mark.parametrize("cursor", [{"after": 1}, ["1"], 1.5, True])
def test_a_cursor_of_no_sense_is_an_error(cursor: object, make_api: MakeApi) -> None:
    """Guessing on would skip records in silence."""
    with (
        FaultServer(_pages_of({"results": [1], "next": cursor})) as server,
        pytest.raises(UntrustedAnswerError, match="neither a text nor a number"),
    ):
        list(make_api(server).pages("/x", rows="results", cursor="next"))


def test_a_page_that_is_no_json_is_an_error(make_api: MakeApi) -> None:
    """Its end cannot be told from a stream's end."""
    with (
        FaultServer([answer(b'{"results": [{"id": 1}')]) as server,
        pytest.raises(UntrustedAnswerError, match="not the JSON"),
    ):
        list(make_api(server).pages("/x", rows="results", cursor="next"))
