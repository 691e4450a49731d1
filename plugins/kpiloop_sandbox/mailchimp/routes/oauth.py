"""What login.mailchimp.com answers: a token for a code, and where the token's account is."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpiloop_sandbox.mailchimp.account import Account
from kpiloop_sandbox.mailchimp.options import DATA_CENTER


def routes(account: Account) -> list[Route]:
    """The endpoints of the login server, which is a host of its own at the vendor's."""

    async def token(request: Request) -> Response:
        given = parse_qs((await request.body()).decode())
        app = account.options.oauth
        wanted = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "code": app.code,
        }
        if any(given.get(name) != [value] for name, value in wanted.items()):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": app.token, "expires_in": 0, "scope": None})

    async def metadata(request: Request) -> Response:
        _, _, given = request.headers.get("authorization", "").partition(" ")
        if given != account.options.oauth.token:
            return JSONResponse({"error": "invalid_token"})  # the vendor sends 200 with it
        return JSONResponse(
            {
                "dc": DATA_CENTER,
                "role": "owner",
                "accountname": account.options.account_name,
                "user_id": 1,
                "login_url": "https://login.mailchimp.com",
                "api_endpoint": str(request.base_url).rstrip("/"),
            }
        )

    return [
        Route("/oauth2/token", token, methods=["POST"]),
        Route("/oauth2/metadata", metadata, methods=["GET"]),
    ]
