"""docs/errors.md: what each error means, out of the classes."""

import inspect
from collections.abc import Iterator

from kpiloop import errors
from kpiloop.errors import KpiloopError

_HEAD = """\
# Errors and exit codes

This page is written out of `kpiloop/errors.py` by `make docs`: change the classes, not
this page.

Every error that kpiloop raises on purpose says what happened, where, what is legal and what to do
next. With `--json` it is an object on stderr: `{"error": {"kind", "what", "where", "legal", "todo",
"exit_code"}}`, where `kind` names the error; `UnreadError` has `causes`, too: such an object for
each reason. None of them ever holds a key.

| Exit code | Means |
|---|---|
| 0 | green: everything was done, and the sums close |
| 1 | not green, or something failed |
| 2 | a setting, key, right or definition must be corrected |
| 75 | another process is at work: try again later |
| 130 | interrupted: run it again to go on |

An error below another is one of its kind: whoever catches the upper one catches it, too.

| Error | Means | Exit code |
|---|---|---|"""


def errors_page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *_rows(KpiloopError, 0), ""))


def _rows(error: type[KpiloopError], depth: int) -> Iterator[str]:
    indent = "&nbsp;&nbsp;&nbsp;" * depth
    meaning = (inspect.getdoc(error) or "").partition("\n\n")[0].replace("\n", " ")
    yield f"| {indent}`{error.__name__}` | {meaning} | {error.exit_code} |"
    for each in vars(errors).values():
        if inspect.isclass(each) and issubclass(each, KpiloopError) and error in each.__bases__:
            yield from _rows(each, depth + 1)
