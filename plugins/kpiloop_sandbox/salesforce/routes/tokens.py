"""`/services/oauth2/token`: opens a session."""

import base64
import binascii
from urllib.parse import parse_qs

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint


def token(call: Call) -> Answer:
    """A new session; how long it lasts is not said."""
    form = {
        name: values[0] for name, values in parse_qs(call.body.decode(errors="replace")).items()
    }
    session = call.org.sessions.grant({**_basic(call), **form}, call.org.options)
    return Answer(
        body={
            "access_token": session,
            "signature": "c2FuZGJveA==",
            "scope": "api",
            "instance_url": call.base_url,
            "id": f"{call.base_url}/id/00Dak0000000001EAA/005ak0000000001AAA",
            "token_type": "Bearer",
            "issued_at": str(int(call.org.now() * 1_000)),
        }
    )


def _basic(call: Call) -> dict[str, str]:
    """The client's id and secret where they stand in the header, as RFC 6749 prefers."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (ValueError, binascii.Error):
        return {}
    return {"client_id": client, "client_secret": secret}


ENDPOINTS = (Endpoint(method="POST", path="/services/oauth2/token", handler=token, open=True),)
