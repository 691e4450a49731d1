"""What is wrong with a query, with the place under which Salesforce draws its arrow."""

from kpiloop_sandbox.salesforce.errors import ApiError

_AROUND = 40
_ADVICE = (
    "If you are attempting to use a custom {thing}, be sure to append the '{suffix}' after the"
    " {what}. Please reference your WSDL or the describe call for the appropriate names."
)


def malformed(text: str, at: int, problem: str) -> ApiError:
    """The query is no SOQL, or more of it than this org knows."""
    return ApiError(400, "MALFORMED_QUERY", _placed(text, at, problem))


def refused(code: str, text: str, at: int, problem: str) -> ApiError:
    """The query is SOQL, but asks for what is not there or must not be asked."""
    return ApiError(400, code, _placed(text, at, problem))


def no_such_column(text: str, at: int, name: str, entity: str) -> ApiError:
    """A field that is not there, or that the running user does not see."""
    advice = _ADVICE.format(thing="field", suffix="__c", what="custom field name")
    problem = f"No such column '{name}' on entity '{entity}'. {advice}"
    return refused("INVALID_FIELD", text, at, problem)


def no_such_relationship(text: str, at: int, name: str) -> ApiError:
    """A path over a parent that the object does not have."""
    advice = _ADVICE.format(thing="relationship", suffix="__r", what="custom relationship name")
    problem = f"Didn't understand relationship '{name}' in field path. {advice}"
    return refused("INVALID_FIELD", text, at, problem)


def no_such_object(text: str, at: int, name: str) -> ApiError:
    """An object that is not there."""
    advice = _ADVICE.format(thing="object", suffix="__c", what="entity name")
    problem = f"sObject type '{name}' is not supported. {advice}"
    return refused("INVALID_TYPE", text, at, problem)


def _placed(text: str, at: int, problem: str) -> str:
    start = max(at - _AROUND, 0)
    excerpt = text[start : at + _AROUND]
    arrow = " " * (at - start) + "^"
    return f"\n{excerpt}\n{arrow}\nERROR at Row:1:Column:{at + 1}\n{problem}"
