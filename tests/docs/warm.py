"""A process that has imported kpiloop already: each call of the program is a fork of it.

A page's dozens of calls would otherwise spend most of their time on imports. It opens no database
itself, because a fork would take the database's threads along.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from kpiloop.cli.loading import load_verb
from kpiloop.cli.program import main, program
from support.program import Answer

START = "from docs.warm import serve; serve()"
TESTS = Path(__file__).parents[1]


class WarmProgram:
    """The program `kpiloop`, warmed up; a context."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", START],
            env={**os.environ, "PYTHONPATH": str(TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def call(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path
    ) -> Answer:
        """Run the program in a folder to its end; `log` is where its words are kept meanwhile."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        out, err = log.with_suffix(".out"), log.with_suffix(".err")
        request = [arguments, str(folder), dict(environment), str(out), str(err)]
        asked.write(f"{json.dumps(request)}\n")
        asked.flush()
        code = int(answered.readline())
        return Answer(exit_code=code, out=_text(out), err=_text(err))


def serve() -> None:
    """Answer each line of stdin, a call, with its exit code."""
    for command in program().known.values():
        load_verb(command)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(*json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


def _become(
    arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str
) -> None:
    """Be the program that somebody has called, and end with it."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for path, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.chdir(folder)
    os.environ.update(environment)
    sys.argv = ["kpiloop", *arguments]
    code: object = 1
    try:
        main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
