"""Acme CRM: a web API of one page, for the connector of a stranger's package."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "acme-token-of-a-test"
_ROWS_A_PAGE = 2


@dataclass(slots=True)
class AcmeServer:
    """The account: contacts that a test may change, and what was asked of it."""

    base_url: str = ""
    contacts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    asked: list[str] = field(default_factory=list[str])

    def page(self, query: dict[str, list[str]]) -> dict[str, Any]:
        """One page of the contacts that changed after a moment, and where the next one begins."""
        since = query.get("updated_after", [""])[0]
        found = [each for each in self.contacts if each["updatedAt"] > since]
        start = int(query.get("after", ["0"])[0])
        end = start + _ROWS_A_PAGE
        return {"results": found[start:end], "next": str(end) if end < len(found) else None}


@contextmanager
def acme_server() -> Iterator[AcmeServer]:
    """Serve an empty account on this machine until the block ends."""
    account = AcmeServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            account.asked.append(self.path)
            known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            status = 200 if known and url.path == "/contacts" else 404 if known else 401
            answer = account.page(parse_qs(url.query)) if status == 200 else {"message": "no"}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    account.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def contact(
    number: int, *, stage: str = "prospect", no_mail_since: str | None = None
) -> dict[str, Any]:
    """A contact as Acme spells it."""
    return {
        "contactId": number,
        "createdAt": f"2026-05-{number:02}T08:00:00Z",
        "updatedAt": f"2026-06-{number:02}T08:00:00Z",
        "deletedAt": None,
        "properties": {
            "email": f"person{number}@customer.example",
            "country": "DE",
            "stage": stage,
            "no_mail_since": no_mail_since,
        },
    }
