"""The refusals of the simulated API, with the bodies that HubSpot sends."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

HELP_WITH_AUTH = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"


class ApiError(Exception):
    """A refusal with its HTTP status and JSON body; a correlation id is added when sent."""

    def __init__(self, status: int, message: str, category: str = "", /, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.more = more

    def body(self) -> dict[str, object]:
        """The body of a call that failed as a whole."""
        body: dict[str, object] = {"status": "error", "message": self.message}
        body["correlationId"] = str(uuid.uuid4())
        body.update(self.more)
        if self.category:
            body["category"] = self.category
        return body

    def row(self, **context: list[str]) -> dict[str, object]:
        """The same refusal as one of the `errors` of a partly successful batch (HTTP 207)."""
        row: dict[str, object] = {"status": "error", "category": self.category}
        row["message"] = self.message
        row.update(self.more)
        own = self.more.get("context")
        row["context"] = {**(own if isinstance(own, dict) else {}), **context}
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why one property value is refused."""

    name: str
    message: str
    code: str
    value: str | None = None

    def detail(self) -> dict[str, object]:
        """The problem as it stands in the message, in JSON within the JSON."""
        detail: dict[str, object] = {
            "isValid": False,
            "message": self.message,
            "error": self.code,
            "name": self.name,
        }
        if self.value is not None:
            detail["localizedErrorMessage"] = self.message
            detail["propertyValue"] = self.value
        return detail

    def error(self) -> dict[str, object]:
        """The problem as one of the `errors` of the body."""
        return {
            "message": self.message,
            "code": self.code,
            "context": {"propertyName": [self.name]},
        }


def bad_request(message: str, **more: object) -> ApiError:
    """The request itself is not legal."""
    return ApiError(400, message, "VALIDATION_ERROR", **more)


def invalid_values(problems: Sequence[Problem]) -> ApiError:
    """Property values that HubSpot does not take."""
    details = json.dumps([problem.detail() for problem in problems], separators=(",", ":"))
    return bad_request(
        f"Property values were not valid: {details}",
        errors=[problem.error() for problem in problems],
    )


def not_found(message: str = "resource not found") -> ApiError:
    """There is no such thing."""
    return ApiError(404, message, "OBJECT_NOT_FOUND")


def conflict(message: str, existing_id: str) -> ApiError:
    """A record with this unique value exists."""
    return ApiError(
        409,
        f"{message}. Existing ID: {existing_id}",
        "CONFLICT",
        context={"existingId": [existing_id]},
    )


def unauthenticated() -> ApiError:
    """No token, or one that the account does not know."""
    return ApiError(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you"
        f" can find more details at {HELP_WITH_AUTH}",
        "INVALID_AUTHENTICATION",
    )


def expired(seconds: int) -> ApiError:
    """An OAuth token whose half hour is over."""
    return ApiError(
        401,
        f"The OAuth token used to make this call expired {seconds} second(s) ago.",
        "EXPIRED_AUTHENTICATION",
        context={"expire time": [f"{seconds} seconds ago"]},
    )


def missing_scopes(scopes: Sequence[str]) -> ApiError:
    """The token is known but may not do this."""
    return ApiError(
        403,
        "One or more of the following scopes are required.",
        "MISSING_SCOPES",
        context={
            "requiredGranularScopes": list(scopes),
            "links": ["https://developers.hubspot.com/scopes"],
        },
    )


def retired() -> ApiError:
    """An endpoint that was switched off."""
    return ApiError(410, "This endpoint is no longer supported.", "GONE")


def too_many(policy: str) -> ApiError:
    """A rate limit is used up; `policy` names which."""
    return ApiError(
        429,
        f"You have reached your {policy.lower()} limit.",
        "RATE_LIMITS",
        errorType="RATE_LIMIT",
        policyName=policy,
    )
