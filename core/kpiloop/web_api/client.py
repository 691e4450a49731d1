"""The client through which a connector talks to its vendor."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel
from requests.utils import requote_uri

from kpiloop.clock import Clock, SystemClock
from kpiloop.errors import UntrustedAnswerError
from kpiloop.web_api.answer import Answer
from kpiloop.web_api.auth import Auth
from kpiloop.web_api.call import Call, Content, Form, form_content, json_content
from kpiloop.web_api.judge import Refusals, no_refusals
from kpiloop.web_api.keyset import Ask, Keyset, walk_keys
from kpiloop.web_api.limiter import RateLimiter
from kpiloop.web_api.origin import ElsewhereError, Origin, Params, path_of, root_of
from kpiloop.web_api.page import Checkpoint, Page
from kpiloop.web_api.paging import Paging, Ways, walk
from kpiloop.web_api.rate_limit import AnyLimit
from kpiloop.web_api.retry import RetryPolicy
from kpiloop.web_api.sender import Rules, Sender, Usage
from kpiloop.web_api.sink import sink
from kpiloop.web_api.wire import Wire

JSON_LIMIT = 64 * 2**20
"""Bytes of a body, unpacked, that are held in memory at most."""
FILE_LIMIT = 20 * 2**30
"""Bytes of a file that are saved at most."""
FILE_DEADLINE = 3600.0
"""Seconds that the download of a file may take."""

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Connection": "keep-alive",
    "User-Agent": "kpiloop",
}


class Api:
    """A vendor's web API: ask, and get a whole answer or an error that says what to do.

    Every request waits for its limits, has a total deadline, is repeated where that can help,
    and goes nowhere but to the scheme, host and port of `base_url`. One object serves many
    threads; close it at the end (it is a context manager).

        api = Api("https://api.acme.example/v2", system="acme", auth=BearerToken(settings.token),
                  limits=[Limit("burst", 100, 10), Limit("search", 5, 1, always=False)])
        answer = api.post("/contacts/search", {"filter": …}, limits=("search",))

    Certificates are always checked; REQUESTS_CA_BUNDLE or SSL_CERT_FILE in the environment may
    name a file of a company's own. No proxy, netrc or cookie is used.

    Args:
        base_url: Where all paths begin: `https`, or `http` on this machine.
        system: The source's name, for messages.
        auth: What proves who asks.
        limits: The vendor's limits, in full.
        share: The part of every limit that kpiloop may use; the rest is for others.
        clock: What tells the time and waits.
        retry: How stubborn requests are.
        headers: What every request carries besides the key.
        refusals: What the vendor means by its error answers, where the common rules miss it.
        workers: The number of threads that ask at once: connections kept open.
        json_limit: Bytes of a body, unpacked, that are held in memory at most.
    """

    def __init__(  # noqa: PLR0913 - the one place where all of it is chosen
        self,
        base_url: str,
        *,
        system: str,
        auth: Auth,
        limits: Sequence[AnyLimit] = (),
        share: float = 0.8,
        clock: Clock | None = None,
        retry: RetryPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        refusals: Refusals = no_refusals,
        workers: int = 16,
        json_limit: int = JSON_LIMIT,
    ) -> None:
        clock = clock or SystemClock()
        self._policy = retry or RetryPolicy()
        self._origin = Origin(base_url, system=system)
        self._json_limit = json_limit
        self._wire = Wire(system=system, workers=workers)
        self._sender = Sender(
            rules=Rules(
                auth=auth,
                retry=self._policy,
                refusals=refusals,
                headers={**_HEADERS, **(headers or {})},
            ),
            wire=self._wire,
            limiter=RateLimiter(limits, share=share, clock=clock, system=system),
            clock=clock,
        )

    def __repr__(self) -> str:
        return f"Api({self._origin.base!r}, system={self._origin.system!r})"

    @property
    def usage(self) -> Usage:
        """What was sent and waited for up to now."""
        return self._sender.usage

    def get(self, path: str, params: Params | None = None, *, limits: Sequence[str] = ()) -> Answer:
        """Read something; `limits` names those that this call falls under besides the usual."""
        return self.request("GET", path, params, limits=limits)

    def post(
        self,
        path: str,
        json: object = None,
        *,
        params: Params | None = None,
        limits: Sequence[str] = (),
        repeatable: bool = True,
    ) -> Answer:
        """Send JSON: a search, or a change.

        A call that must not happen twice is not `repeatable`: it is sent again only where the
        vendor has certainly done nothing, else UnavailableError says that the outcome is unknown.
        """
        return self.request("POST", path, params, json=json, limits=limits, repeatable=repeatable)

    def request(  # noqa: PLR0913 - every request there is
        self,
        method: str,
        path: str,
        params: Params | None = None,
        *,
        json: object = None,
        form: Form | None = None,
        content: Content | None = None,
        headers: Mapping[str, str] | None = None,
        limits: Sequence[str] = (),
        repeatable: bool = True,
    ) -> Answer:
        """Send any request, with JSON, a form or other `content` as its body.

        Raises:
            CredentialError: The key is not accepted (401), and could not be renewed.
            ScopeError: The key may not do this (403).
            NotFoundError: There is no such thing (404, 410).
            RefusedError: The vendor says no (any other 4xx).
            QuotaError: The quota is used up.
            UnavailableError: Every try failed, or the vendor put us off for too long.
            UntrustedAnswerError: Too large, another origin, or a page instead of data.
        """
        if json is not None:
            content = json_content(json)
        elif form is not None:
            content = form_content(form)
        call = self._call(method, path, params, limits)
        return self._sender.send(
            replace(
                call, content=content or Content(), headers=headers or {}, repeatable=repeatable
            ),
            budget=self._policy.total_deadline,
        )

    def pages(  # noqa: PLR0913 - what vendors' paging differs in
        self,
        path: str,
        params: Params | None = None,
        *,
        rows: str,
        cursor: str,
        cursor_param: str = "after",
        limits: Sequence[str] = (),
        of: type[BaseModel] | None = None,
        start: Checkpoint = None,
    ) -> Iterator[Page]:
        """Get page after page; each is a checkpoint from which `start` goes on.

        Args:
            path: The path of the first page.
            params: The parameters of every page.
            rows: The dotted path of the list of rows; empty where the body is the list.
            cursor: The dotted path of the next cursor ("paging.next.after"), or of the link to
                the next page, which must lead to the same origin; one without a host is read
                as a browser would, seen at `path`.
            cursor_param: The parameter that takes the cursor; empty where it is always a link.
            limits: Limits that these calls fall under besides the usual.
            of: The wire model that reads the rows; None is the stream's first.
            start: The checkpoint of the last page that was stored; None is the beginning.

        Raises:
            UntrustedAnswerError: A cursor comes back, or more than ten pages in a row are empty.
        """
        paging = Paging(rows=rows, cursor=cursor, cursor_param=cursor_param, of=of)

        def ask(more: Params) -> Answer:
            return self.get(path, {**(params or {}), **more}, limits=limits)

        def follow(link: str) -> Answer:
            return self.get(self._origin.in_full(link, path), limits=limits)

        return walk(Ways(ask=ask, follow=follow), paging, start)

    @staticmethod
    def keyset(  # noqa: PLR0913 - what vendors' orders differ in
        ask: Ask,
        *,
        rows: str,
        key: str = "id",
        size: int | None = None,
        more: str = "",
        of: type[BaseModel] | None = None,
        start: Checkpoint = None,
    ) -> Iterator[Page]:
        """Get page after page by asking for the rows behind the last one, where no cursor is given.

            def behind(last: Key | None) -> Answer:
                return self.api.get("/contacts", {"sort": "id", "above": last or 0, "limit": 100})

            return self.api.keyset(behind, rows="results", size=100, start=read.checkpoint)

        Each page's checkpoint is the key of its last row. Rows that are edited or deleted meanwhile
        move no other: let the key be one that never changes.

        Args:
            ask: Gets the rows behind a key, sorted by it; behind None stand all.
            rows: The dotted path of the list of rows; empty where the body is the list.
            key: The dotted path of a row's key, which no two rows share.
            size: How many rows a page has that is not the last; None: only an empty one is.
            more: The dotted path of what stands in an answer only where more rows follow.
            of: The wire model that reads the rows; None is the stream's first.
            start: The checkpoint of the last page that was stored; None is the beginning.

        Raises:
            UntrustedAnswerError: The rows are not in the order of their keys, or come again.
        """
        return walk_keys(ask, Keyset(rows=rows, key=key, size=size, more=more, of=of), start)

    def download(  # noqa: PLR0913 - what files differ in
        self,
        path: str,
        to: Path,
        params: Params | None = None,
        *,
        limits: Sequence[str] = (),
        elsewhere: bool = False,
        max_bytes: int = FILE_LIMIT,
        deadline: float = FILE_DEADLINE,
    ) -> Path:
        """Save an answer as a file, never holding it in memory; `to` exists only when whole.

        An answer that says neither its length nor its end may be cut off unseen: where the vendor
        tells a number of rows, compare it. `elsewhere` allows a full address on another host, as
        vendors hand out for results; it is asked without our key and headers.

        Raises:
            StoreError: The file cannot be written.
            UntrustedAnswerError: It is larger than `max_bytes`.
        """
        call = self._elsewhere(path) if elsewhere else self._call("GET", path, params, limits)
        with sink(to) as file:
            call = replace(call, into=file, most=max_bytes, headers={"Accept": "*/*"})
            self._sender.send(call, budget=deadline)
        return to

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _call(self, method: str, path: str, params: Params | None, limits: Sequence[str]) -> Call:
        try:
            url = self._origin.address(path, params)
        except ElsewhereError as error:
            host = str(error)
        else:
            return Call(
                origin=self._origin,
                method=method,
                url=url,
                path=path_of(url),
                most=self._json_limit,
                limits=tuple(limits),
            )
        raise self._untrusted(
            f"a link leads to another origin ({host}); it is not followed, and no key was sent",
            legal=f"links below {self._origin.base}",
        )

    def _elsewhere(self, url: str) -> Call:
        root = root_of(url)
        if root is None:
            raise self._untrusted(
                "the address of a file to download cannot be used", legal="https://host/path"
            )
        origin = Origin(root, system=self._origin.system)
        url = requote_uri(url)
        return Call(origin=origin, method="GET", url=url, path=path_of(url), most=0, signed=False)

    def _untrusted(self, what: str, *, legal: str) -> UntrustedAnswerError:
        return UntrustedAnswerError(
            what,
            system=self._origin.system,
            legal=legal,
            todo="if the vendor has moved, correct the source's address",
        )
