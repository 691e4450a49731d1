"""The ways into an org besides a secret: a key that signs, and what is said without one."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from kpiloop import CredentialError, ManualClock, Source
from kpiloop_salesforce.jwt_bearer import assertion
from kpiloop_salesforce.settings import SalesforceSettings
from kpiloop_sandbox.serving.server import SandboxServer
from support.salesforce_connector import NOON, Connect

LIMITS = "/services/data/v67.0/limits"
USERNAME = "kpiloop@acme.example"
MY_DOMAIN = "https://acme.my.salesforce.com"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A key as an app's certificate has one."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pem(key: rsa.RSAPrivateKey) -> SecretStr:
    """The key as a file holds it."""
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return SecretStr(text.decode())


def signed(private_key: SecretStr, **others: Any) -> str:
    """What an app with this key sends at noon."""
    settings = SalesforceSettings(
        base_url=f"{MY_DOMAIN}/", client_id="app", username=USERNAME, private_key=private_key
    )
    source = Source(name="salesforce", clock=ManualClock(NOON))
    return assertion(settings, source, **others).get_secret_value()


def test_a_private_key_opens_a_session_for_the_user_that_is_named(
    connect: Connect, pem: SecretStr
) -> None:
    """The JWT bearer flow needs no secret."""
    clock = ManualClock(datetime.now(UTC))
    connector = connect(client_secret=None, private_key=pem, username=USERNAME, clock=clock)
    assert connector.api.get(LIMITS).find("DailyApiRequests.Max") == 100_000


def test_aud_is_my_domain_and_the_assertion_ends_within_five_minutes(
    key: rsa.RSAPrivateKey, pem: SecretStr
) -> None:
    """External client apps refuse the common addresses; iss is the app, sub the user."""
    options: Any = {"verify_exp": False}
    claims = jwt.decode(
        signed(pem), key.public_key(), algorithms=["RS256"], audience=MY_DOMAIN, options=options
    )
    assert (claims["iss"], claims["sub"]) == ("app", USERNAME)
    assert 0 < claims["exp"] - NOON.timestamp() <= 300


def test_a_key_that_is_none_is_told_without_its_text() -> None:
    """As where the file of the certificate was given rather than that of the key."""
    with pytest.raises(CredentialError, match="private_key_file") as caught:
        signed(SecretStr("-----BEGIN CERTIFICATE-----"))
    assert "BEGIN" not in str(caught.value)


def test_what_signs_is_an_extra_and_how_to_install_it_is_told(pem: SecretStr) -> None:
    """Who gives no private key does not need it."""
    with pytest.raises(CredentialError, match=r"kpiloop\[salesforce-jwt\]"):
        signed(pem, needed=("no_such_module",))


def test_a_private_key_without_a_username_is_told(connect: Connect, pem: SecretStr) -> None:
    """It would not be known for whom to sign."""
    with pytest.raises(CredentialError, match="username"):
        connect(client_secret=None, private_key=pem).account()


def test_neither_a_secret_nor_a_key_is_told(connect: Connect) -> None:
    """The error names both ways."""
    with pytest.raises(CredentialError, match="private_key"):
        connect(client_secret=None).account()


async def token_of_another_org(scope: Scope, receive: Receive, send: Send) -> None:
    """What a common address answers."""
    told = {"access_token": "x", "instance_url": MY_DOMAIN}
    await JSONResponse(told)(scope, receive, send)


def test_an_instance_url_other_than_base_url_is_told_and_gets_no_token(connect: Connect) -> None:
    """A token goes to base_url alone, so the right one is asked for."""
    with SandboxServer(token_of_another_org, name="salesforce", port=0) as server:
        connector = connect(base_url=server.base_url)
        with pytest.raises(CredentialError, match=f'set base_url = "{MY_DOMAIN}"'):
            connector.api.get(LIMITS)
