"""What all batch endpoints share: their size limits and the frame of their answers."""

from collections.abc import Sequence

from kpiloop_sandbox.hubspot.calls import Answer, Call
from kpiloop_sandbox.hubspot.errors import bad_request
from kpiloop_sandbox.hubspot.times import iso

Rows = list[dict[str, object]]
_MULTI_STATUS = 207


def check_size(inputs: Sequence[object], highest: int) -> None:
    """Refuse a batch with too many rows.

    Raises:
        ApiError: 400 with both numbers.
    """
    if len(inputs) > highest:
        raise bad_request(f"Too many inputs: {len(inputs)}. At most {highest} are allowed")


def batch_answer(call: Call, results: Rows, errors: Rows, *, status: int = 200) -> Answer:
    """The rows that worked; where some did not, they are told apart and the status is 207."""
    body: dict[str, object] = {
        "completedAt": iso(call.account.now_ms()),
        "status": "COMPLETE",
        "startedAt": iso(call.now),
        "results": results,
    }
    if errors:
        body |= {"errors": errors, "numErrors": len(errors)}
        status = _MULTI_STATUS
    return Answer(body=body, status=status)
