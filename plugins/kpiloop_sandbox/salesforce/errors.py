"""The refusals of the simulated API, with the bodies that Salesforce sends: lists of errors."""

from collections.abc import Sequence


class ApiError(Exception):
    """A refusal with its HTTP status; `code` is Salesforce's errorCode."""

    def __init__(self, status: int, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = tuple(fields)

    def body(self) -> object:
        """The body of a call that failed."""
        body: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields:
            body["fields"] = list(self.fields)
        return [body]

    def row(self) -> dict[str, object]:
        """The same refusal as the outcome of one record among several."""
        error = {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}
        return {"success": False, "errors": [error]}


class OAuthError(ApiError):
    """A refusal of the token endpoint, which has a body of its own kind."""

    def body(self) -> object:
        """The body by RFC 6749."""
        return {"error": self.code, "error_description": self.message}


def not_found() -> ApiError:
    """There is no such resource."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def no_such_record() -> ApiError:
    """No record has this id."""
    return ApiError(
        404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible"
    )


def deleted_record() -> ApiError:
    """The record is in the recycle bin."""
    return ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")


def bad_session() -> ApiError:
    """No session, or one that is over."""
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def out_of_requests() -> ApiError:
    """The calls of the day are used up."""
    return ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def bad_json(message: str) -> ApiError:
    """The body cannot be read."""
    return ApiError(400, "JSON_PARSER_ERROR", message)


def bad_locator() -> ApiError:
    """The rest of a query is not there, or no longer."""
    return ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def unknown_column(name: str, entity: str) -> ApiError:
    """A write names a field that is not there, or not to be seen."""
    return ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {entity}")
