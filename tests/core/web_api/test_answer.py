"""Answers, and what a connector takes out of them."""

import pytest
from pydantic import BaseModel, TypeAdapter

from kpiloop import UntrustedAnswerError
from kpiloop.web_api import Answer


class Plan(BaseModel):
    """What an account may do."""

    calls: int


PLAN = TypeAdapter(Plan)


def answer(body: bytes) -> Answer:
    """An answer with this body."""
    return Answer(system="acme", method="GET", path="/plan", status=200, headers={}, body=body)


def test_an_answer_is_read_as_a_type_of_the_connectors_own() -> None:
    """What the type does not name is left aside."""
    assert answer(b'{"calls": 9, "more": 1}').parse(PLAN) == Plan(calls=9)


@pytest.mark.parametrize("body", [b'{"calls": "ann@customer.example"}', b"no JSON", b"[]"])
def test_an_answer_of_another_form_is_told_without_its_content(body: bytes) -> None:
    """The error names the call and what to do; what stood in the body may be personal."""
    with pytest.raises(UntrustedAnswerError) as error:
        answer(body).parse(PLAN)
    text = str(error.value)
    assert "acme GET /plan" in text
    assert "try again later" in text
    assert "customer" not in text
