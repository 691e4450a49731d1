"""`/oauth/token` and `/account-info/details`: who is asking, and of which account."""

from datetime import datetime
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from kpiloop_sandbox.hubspot.calls import Answer, Call, Endpoint
from kpiloop_sandbox.hubspot.errors import ApiError


def renew(call: Call) -> Answer:
    """A new access token for a refresh token, good for half an hour."""
    form = {name: values[0] for name, values in parse_qs(call.body.decode()).items()}
    app = call.account.options.oauth
    if form.get("grant_type") != "refresh_token":
        raise ApiError(400, "missing or unknown grant type", status="BAD_GRANT_TYPE")
    if (form.get("client_id"), form.get("client_secret")) != (app.client_id, app.client_secret):
        raise ApiError(400, "missing or invalid client id or secret", status="BAD_CLIENT_ID")
    if form.get("refresh_token") != app.refresh_token:
        raise ApiError(400, "missing or invalid refresh token", status="BAD_REFRESH_TOKEN")
    body: dict[str, object] = {
        "token_type": "bearer",
        "refresh_token": app.refresh_token,
        "access_token": call.account.renew(),
        "expires_in": app.expires_in,
    }
    if call.version != "v1":
        body |= {"hub_id": call.account.options.portal_id, "scopes": sorted(app.scopes)}
    return Answer(body=body)


def details(call: Call) -> Answer:
    """The account's id, time zone and currency."""
    options = call.account.options
    now = datetime.fromtimestamp(call.now / 1_000, ZoneInfo(options.timezone))
    offset = now.strftime("%z")
    return Answer(
        body={
            "portalId": options.portal_id,
            "accountType": "STANDARD",
            "timeZone": options.timezone,
            "companyCurrency": options.currency,
            "additionalCurrencies": ["USD"],
            "utcOffset": f"{offset[:3]}:{offset[3:]}",
            "utcOffsetMilliseconds": int((now.utcoffset() or now - now).total_seconds() * 1_000),
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        }
    )


ENDPOINTS = (
    Endpoint(method="POST", path="/oauth/token", handler=renew, open=True),
    Endpoint(method="GET", path="/account-info/details", handler=details),
)
