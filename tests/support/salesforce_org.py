"""A small seeded Salesforce org, and plain clients of it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.options import DEFAULT_TOKEN
from kpiloop_sandbox.salesforce.server import SalesforceSandbox
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce.times import seconds_of

START = seconds_of(datetime(2026, 5, 1, 12, tzinfo=UTC))
LEADS = 450
ACCOUNT = record_id("001", 1)
ROOT = "/services/data/v67.0"

Ask = Callable[..., requests.Response]
Query = Callable[..., list[dict[str, Any]]]


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = float(START + 86_400)

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.seconds


def lead(number: int, **more: Any) -> dict[str, Any]:
    """Three leads are changed in the same second; every tenth is deleted."""
    return {
        "Id": record_id("00Q", number),
        "LastName": f"Lead {number}",
        "Name": f"Lead {number}",
        "Company": "Acme" if number % 2 else "Bravo",
        "Email": f"lead{number}@acme.example",
        "Status": "Open - Not Contacted",
        "IsDeleted": int(number % 10 == 0),
        "CreatedDate": START,
        "LastModifiedDate": START + number // 3,
        "SystemModstamp": START + number // 3,
        **more,
    }


def seed(store: Store) -> None:
    """450 leads, an account, and two contacts, one of them without an account."""
    store.load("Lead", (lead(number) for number in range(LEADS)))
    stamps = {"CreatedDate": START, "SystemModstamp": START}
    store.load(
        "Account", [{"Id": ACCOUNT, "Name": "Acme", "Industry": "Tools", "IsDeleted": 0, **stamps}]
    )
    people = [("Alt", ACCOUNT), ("Bald", None)]
    store.load(
        "Contact",
        (
            {"Id": record_id("003", n), "LastName": name, "Name": name, "AccountId": of, **stamps}
            for n, (name, of) in enumerate(people)
        ),
    )


@contextmanager
def asking(sandbox: SalesforceSandbox) -> Generator[Ask]:
    """`ask("GET", path, token=…, json=…)`: one request of a plain HTTP client."""
    with requests.Session() as session:

        def ask(
            method: str, path: str, *, token: str = DEFAULT_TOKEN, **more: Any
        ) -> requests.Response:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            headers |= more.pop("headers", {})
            url = sandbox.base_url + path
            return session.request(method, url, headers=headers, timeout=10, **more)

        yield ask


def querying(ask: Ask) -> Query:
    """`query("SELECT …", all=True)`: the records of the first batch."""

    def query(text: str, *, deleted: bool = False) -> list[dict[str, Any]]:
        path = f"{ROOT}/{'queryAll' if deleted else 'query'}"
        answer = ask("GET", path, params={"q": text})
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Any]] = answer.json()["records"]
        return records

    return query


class Plain(HTTPAdapter):
    """Sends without TLS what a client that knows nothing else meant to send with it."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> Any:
        """Send by HTTP."""
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, *args, **more)
