"""Certificates are always checked."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from kpiloop.errors import UntrustedAnswerError
from kpiloop.testing.fault_server import FaultServer, answer
from kpiloop.web_api import Api, NoAuth

MakeApi = Callable[..., Api]

_CERTIFICATE = Path(__file__).parent / "certificates" / "for_tests_only.pem"


@pytest.fixture
def tls() -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_CERTIFICATE)
    return context


@pytest.fixture(autouse=True)
def _no_certificates_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may trust other authorities."""
    for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(variable, raising=False)


def test_a_certificate_that_nobody_has_signed_is_refused_at_once(
    make_api: MakeApi, tls: ssl.SSLContext
) -> None:
    """No key is sent, no retry helps, and the error names the way for a company's own."""
    with FaultServer([answer({})], tls=tls) as server:
        with pytest.raises(UntrustedAnswerError, match="cannot prove who it is") as caught:
            make_api(server).get("/things")
        assert server.received == []
    assert "REQUESTS_CA_BUNDLE" in str(caught.value)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_companys_own_certificate_is_trusted_where_the_environment_names_it(
    variable: str, make_api: MakeApi, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And only then."""
    monkeypatch.setenv(variable, str(_CERTIFICATE))
    with FaultServer([answer({"ok": 1})], tls=tls) as server:
        assert make_api(server).get("/things").json() == {"ok": 1}


def test_a_certificate_for_another_host_is_refused(
    make_api: MakeApi, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusted, but not for this name."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(_CERTIFICATE))
    with FaultServer([answer({})], tls=tls) as server:
        make_api(server).get("/things")
        server_by_name = f"https://localhost:{server.port}"
        with (
            Api(server_by_name, system="acme", auth=NoAuth()) as api,
            pytest.raises(UntrustedAnswerError, match="cannot prove who it is"),
        ):
            api.get("/things")
