"""Stops a stream that gives the same rows for ever, which no test would ever see the end of."""

from collections.abc import Iterator
from typing import Any

from kpiloop.connector.base import Connector
from kpiloop.connector.reading import Read, Stream
from kpiloop.engine.pull.rows import rows_of
from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.page import Page

_OFTEN = 5


def stop_endless(connector: Connector[Any]) -> Connector[Any]:
    """The connector; the same rows so many times in a row now end a stream with an error."""
    read_stream = connector.read_stream

    def watched(stream: Stream, read: Read) -> Iterator[Page]:
        before: object = None
        times = 0
        for page in read_stream(stream, read):
            content = (_rows_or_body(page), page.of, page.adds, page.replaces)
            times = times + 1 if content == before else 1
            before = content
            if times == _OFTEN:
                raise _endless(connector, stream)
            yield page

    vars(connector)["read_stream"] = watched
    return connector


def _rows_or_body(page: Page) -> object:
    """What is compared: not what stands around the rows, such as a link that grows each time."""
    try:
        rows = rows_of(page, source="", stream="")
    except UntrustedAnswerError:  # whoever pulls refuses it in words of its own
        return page.body
    return rows or page.body


def _endless(connector: Connector[Any], stream: Stream) -> UntrustedAnswerError:
    return UntrustedAnswerError(
        f"stream {stream.name} gives the same rows again and again ({_OFTEN} times in a row)",
        system=connector.source.name,
        legal="pages that go on, and an end",
        todo="send the cursor (or offset) of each answer with the next request, in the parameter "
        'that the vendor reads (cursor_param=…; "" where it is a link without a host), and stop '
        "where the vendor gives none",
    )
