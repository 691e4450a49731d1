"""The refusals of the simulated API: problem documents, as Mailchimp sends them."""

import uuid

_HELP = "https://mailchimp.com/developer/marketing/docs/errors/"


class ApiError(Exception):
    """A refusal; `errors` says field by field what is wrong with a submitted resource."""

    def __init__(self, status: int, title: str, detail: str, /, **errors: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors

    def body(self) -> dict[str, object]:
        """The problem document."""
        body: dict[str, object] = {
            "type": _HELP,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": str(uuid.uuid4()),
        }
        if self.errors:
            body["errors"] = [
                {"field": name, "message": message} for name, message in self.errors.items()
            ]
        return body


def bad_request(detail: str) -> ApiError:
    """The request itself is not legal."""
    return ApiError(400, "Bad Request", detail)


def invalid_resource(detail: str = "", **errors: str) -> ApiError:
    """What was submitted cannot be stored; each field of it with its reason."""
    told = detail or "The resource submitted could not be validated. See the errors array."
    return ApiError(400, "Invalid Resource", told, **errors)


def member_exists(email: str) -> ApiError:
    """Somebody who is to be new is there already."""
    return ApiError(
        400,
        "Member Exists",
        f"{email} is already a list member. Use PUT to insert or update list members.",
    )


def in_compliance_state(email: str) -> ApiError:
    """Nobody but the person may subscribe them again."""
    return ApiError(
        400,
        "Member In Compliance State",
        f"{email} is in a compliance state due to unsubscribe, bounce, or compliance review and"
        " cannot be subscribed.",
    )


def forgotten(email: str) -> ApiError:
    """An address that was deleted for good stays away."""
    return ApiError(
        400,
        "Forgotten Email Not Subscribed",
        f"{email} was permanently deleted and cannot be re-imported. The contact must re-subscribe"
        " to get back on the list.",
    )


def key_missing() -> ApiError:
    """Nobody said who asks."""
    return ApiError(401, "API Key Missing", "Your request did not include an API key.")


def key_invalid() -> ApiError:
    """A key or token that the account does not know."""
    return ApiError(
        401,
        "API Key Invalid",
        "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
    )


def not_found() -> ApiError:
    """There is no such thing."""
    return ApiError(404, "Resource Not Found", "The requested resource could not be found.")


def not_allowed(detail: str = "") -> ApiError:
    """The thing is there, and this cannot be done to it."""
    told = detail or "The requested method and resource are not compatible."
    return ApiError(405, "Method Not Allowed", told)


def too_many(connections: int) -> ApiError:
    """More calls under way than the account may have."""
    return ApiError(
        429,
        "Too Many Requests",
        f"You have exceeded the limit of {connections} simultaneous connections.",
    )
