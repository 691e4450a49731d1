"""How an error leaves the program: in words or as JSON, with an exit code, never as a traceback."""

import json
import os
import sys
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from kpiloop.cli.options import Options
from kpiloop.cli.streams import to_nobody
from kpiloop.errors import KpiloopError, UnreadError

INTERRUPTED = 130
NOBODY_READS = 141
"""As of a program that the shell ends because its reader has left."""
_OWN = (typer.Exit, typer.Abort, typer.TyperException)
"""What the program's own machinery raises to end it, or to say how a verb is called."""


@contextmanager
def explained(options: Options, *, log: Path | None = None) -> Generator[None]:
    """Explain whatever goes wrong in the block, and end it with the exit code that fits.

    `log` is the file for errors that nobody foresaw; the user's state folder has one by default.
    """
    try:
        yield
        sys.stdout.flush()
    except _OWN:
        raise
    except BrokenPipeError:
        to_nobody(sys.stdout)
        raise typer.Exit(NOBODY_READS) from None
    except KeyboardInterrupt:
        _tell_interrupted(options)
        raise typer.Exit(INTERRUPTED) from None
    except KpiloopError as error:
        _show_origin(options)
        _tell(error, options)
        raise typer.Exit(error.exit_code) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        _show_origin(options)
        _tell(_unforeseen(error, log or _log_file()), options)
        raise typer.Exit(1) from None


def _show_origin(options: Options) -> None:
    if options.debug:
        traceback.print_exc()


def _tell(error: KpiloopError, options: Options) -> None:
    if options.json:
        typer.echo(json.dumps({"error": _parts(error)}, ensure_ascii=False), err=True)
    else:
        typer.echo(f"Error: {error}", err=True)


def _tell_interrupted(options: Options) -> None:
    what, todo = "what was stored is kept", "Run it again to go on."
    if options.json:
        told = {"kind": "Interrupted", "what": what, "todo": todo, "exit_code": INTERRUPTED}
        typer.echo(json.dumps({"error": told}), err=True)
    else:
        typer.echo(f"Interrupted: {what}. {todo}", err=True)


def _parts(error: KpiloopError) -> Mapping[str, object]:
    causes = error.causes if isinstance(error, UnreadError) else ()
    return {
        "kind": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "legal": error.legal,
        "todo": error.todo,
        "exit_code": error.exit_code,
        **({"causes": [_parts(each) for each in causes]} if causes else {}),
    }


def _unforeseen(error: Exception, log: Path) -> KpiloopError:
    """The error that is shown in place of one that kpiloop did not foresee.

    The log tells the way through the code, not the error's own words, which may quote a key.
    """
    kept = f"the way to it is in {log}" if _write(error, log) else f"{log} could not be written"
    return KpiloopError(
        f"kpiloop met an error that it does not know ({type(error).__name__}); {kept}",
        todo="Run it again with --debug, and report it with what you see.",
    )


def _log_file() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "kpiloop" / "errors.log"


def _write(error: Exception, log: Path) -> bool:
    way = "".join(traceback.format_tb(error.__traceback__))
    entry = f"{datetime.now(UTC).isoformat()} {type(error).__name__} {sys.argv[1:2]}\n{way}\n"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(entry)
    except OSError:
        return False
    return True
