"""How any simulated vendor takes a call."""

import asyncio
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

_CLIENT_LEFT = 499


async def answer(
    request: Request, respond: Callable[[bytes], Response], latency_ms: float
) -> Response:
    """Read the body, make the answer to it, and wait as long as the account is told to."""
    try:
        body = await request.body()
    except ClientDisconnect:
        return Response(status_code=_CLIENT_LEFT)
    response = respond(body)
    if latency_ms:
        await asyncio.sleep(latency_ms / 1_000)
    return response
