"""The server starts, stops and survives rude clients without a sound."""

import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

from kpiloop_sandbox.hubspot.options import DEFAULT_TOKEN, SandboxOptions
from kpiloop_sandbox.hubspot.server import HubspotSandbox
from kpiloop_sandbox.hubspot.store import Store

PATH = "/crm/objects/2026-09/contacts"
HEADERS = {"Authorization": f"Bearer {DEFAULT_TOKEN}"}


def test_it_can_be_started_again(store: Store) -> None:
    """Stopping twice is harmless, and the same address serves again."""
    sandbox = HubspotSandbox(store)
    for _ in range(2):
        with sandbox:
            assert requests.get(sandbox.base_url + PATH, headers=HEADERS, timeout=5).ok
        sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.base_url + PATH, timeout=5)


def test_a_taken_port_is_told(sandbox: HubspotSandbox, store: Store) -> None:
    """A second server on the same port does not start."""
    port = urlsplit(sandbox.base_url).port
    assert port is not None
    with pytest.raises(OSError, match="in use"):
        HubspotSandbox(store, port=port).start()


def test_two_accounts_run_side_by_side(store: Store) -> None:
    """Each has its own address, state and counters."""
    with Store() as other, HubspotSandbox(store) as first, HubspotSandbox(other) as second:
        counts = [
            len(requests.get(each.base_url + PATH, headers=HEADERS, timeout=5).json()["results"])
            for each in (first, second)
        ]
        assert counts == [10, 0]
        assert [each.counters.requests.total() for each in (first, second)] == [1, 1]


def test_clients_that_hang_up_make_no_noise(
    store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    """Half a request, and a request whose answer nobody waits for."""
    with HubspotSandbox(store, SandboxOptions(latency_ms=50)) as sandbox:
        address = urlsplit(sandbox.base_url)
        head = f"POST {PATH}/search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {DEFAULT_TOKEN}"
        for body in ("\r\nContent-Length: 100\r\n\r\n{", "\r\nContent-Length: 2\r\n\r\n{}", "\r\n"):
            with socket.create_connection((address.hostname or "", address.port or 0)) as client:
                client.sendall((head + body).encode())
        assert requests.get(sandbox.base_url + PATH, headers=HEADERS, timeout=5).ok
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_many_clients_at_once_lose_no_write(store: Store) -> None:
    """Eight threads write to contacts of their own, and every value is there."""
    with HubspotSandbox(store) as sandbox:

        def write(number: int) -> None:
            with requests.Session() as session:
                for city in ("Ulm", "Bonn", f"City {number}"):
                    url = f"{sandbox.base_url}{PATH}/{201 + number}"
                    body = {"properties": {"city": city}}
                    session.patch(url, json=body, headers=HEADERS, timeout=10)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        query = {"properties": "city", "limit": "8"}
        url = sandbox.base_url + PATH
        page = requests.get(url, params=query, headers=HEADERS, timeout=10).json()["results"]
    assert [each["properties"]["city"] for each in page] == [f"City {n}" for n in range(8)]


def test_latency_is_added_to_every_answer(store: Store) -> None:
    """Errors are as slow as results."""
    with HubspotSandbox(store, SandboxOptions(latency_ms=120)) as sandbox:
        for headers in (HEADERS, {}):
            answer = requests.get(sandbox.base_url + PATH, headers=headers, timeout=5)
            assert answer.elapsed.total_seconds() >= 0.12
