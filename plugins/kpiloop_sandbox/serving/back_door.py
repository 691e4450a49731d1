"""`/_sandbox/…`: what tests and demos do to a simulated account behind its API's back."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kpiloop_sandbox.serving.account import SimulatedAccount

PREFIX = "/_sandbox"
GIVEN = TypeAdapter(dict[str, object])
"""An object of any members."""

AccountType = TypeVar("AccountType", bound=SimulatedAccount[Any, Any])
RefusalType = TypeVar("RefusalType", bound=Exception)
Handler: TypeAlias = Callable[[AccountType, Request, bytes], object]
Control: TypeAlias = tuple[str, str, Handler[AccountType]]
"""A method, a path, and what answers there: from a body to what goes out as JSON."""


def routes(
    account: AccountType,
    own: Sequence[Control[AccountType]],
    refusal: type[RefusalType],
    told: Callable[[RefusalType], Response],
    illegal: Callable[[str], RefusalType],
) -> list[Route]:
    """The control endpoints of one account: those of every vendor, and this one's `own`.

    They need no key and count against no limit. `told` answers with a refusal of the vendor's
    kind, and `illegal` makes one of what is wrong with a body.
    """

    def serve(handler: Handler[AccountType]) -> Callable[[Request], Awaitable[Response]]:
        async def served(request: Request) -> Response:
            body = await request.body()
            try:
                return JSONResponse(handler(account, request, body))
            except ValidationError as error:
                return told(illegal(str(error)))
            except refusal as error:
                return told(error)

        return served

    def change(account: AccountType, _request: Request, body: bytes) -> object:
        given = GIVEN.validate_json(body)
        try:
            return account.change_options(given)
        except ValueError as error:
            raise illegal(str(error)) from None

    table: tuple[Control[AccountType], ...] = (
        ("GET", f"{PREFIX}/stats", _stats),
        ("POST", f"{PREFIX}/reset", _reset),
        ("PATCH", f"{PREFIX}/options", change),
        *own,
    )
    return [Route(path, serve(handler), methods=[verb]) for verb, path, handler in table]


def _stats(account: SimulatedAccount[Any, Any], _request: Request, _body: bytes) -> object:
    return account.counters.as_json()


def _reset(account: SimulatedAccount[Any, Any], _request: Request, _body: bytes) -> object:
    account.reset()
    return account.counters.as_json()
