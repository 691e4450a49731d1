"""A process that has imported kpiloop already: each call of the program is a fork of it.

Hundreds of calls would otherwise spend most of their time on imports. The process opens no database
itself, because a fork would take the database's threads along.
"""

import atexit
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, Self

from kpiloop.cli.loading import load_verb
from kpiloop.cli.program import main, program
from kpiloop.plugin_host.host import PluginHost

TESTS = Path(__file__).parents[1]
START = (
    f"import sys; sys.path.insert(1, {str(TESTS)!r}); "
    "from support.warm import serve; del sys.path[1]; serve()"
)
PATIENCE = 600
"""Seconds; who takes longer hangs: the machine may be busy."""


class WarmProgram:
    """The program `kpiloop`, warmed up by its first call; a context."""

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.communicate()
        self._folder.cleanup()

    def call(
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Run the program in a folder, with this environment and no other, to its end.

        Returns:
            The exit code, and what it has written on stdout and stderr.
        """
        out, err = (Path(self._folder.name) / name for name in ("out", "err"))
        request = [list(arguments), str(folder), dict(environment), str(out), str(err)]
        self._process = process = self._process or _warmed_up()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(request)}\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], PATIENCE)[0]:
            self._kill(process)
            raise TimeoutError(f"kpiloop {' '.join(arguments)}: {_text(out)}{_text(err)}")
        return int(process.stdout.readline()), _text(out), _text(err)

    def _kill(self, process: subprocess.Popen[str]) -> None:
        """End the process and its fork; the next call gets another one."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self._process = None


def _warmed_up() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def serve() -> None:
    """Answer each line of stdin, a call, with its exit code."""
    PluginHost.load()
    for command in program().known.values():
        load_verb(command)
    gc.freeze()  # else each fork looks through all that it has not made
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(*json.loads(line))
            _end(_exit_code())
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer
    _end(0)


def _become(
    arguments: list[str], folder: str, environment: dict[str, str], out: str, err: str
) -> None:
    """Be the process that somebody has started."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for path, descriptor in ((out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.path[1:1] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = ["-c", *arguments]


def _exit_code() -> int:
    """Run the program; the exit code that the interpreter would make of its end."""
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the interpreter shows any
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _end(exit_code: int) -> NoReturn:
    """End as the interpreter does, but leave the memory to the system: clearing it takes long."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
