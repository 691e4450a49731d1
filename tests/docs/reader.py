"""A reader who does what a page says, in the order in which it says it.

A line after `$ ` in a console block is typed; what stands below it is what one sees, as far as its
first word; `…` stands for anything. A toml block is added to kpiloop.toml, and a block that names a
file becomes that file. Blocks in other languages are read and not done. The sandbox gets free
ports, the demo a small company, and whom the pages look for is somebody of the reader's own.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from docs.pages import Block
from support.program import START, Answer, Program

PORTS = ("8701", "8702", "8703")
"""The sandbox's, in all pages."""

SOMEBODY = ("ann@x.example", "hubspot:51")
"""Whom the pages look for: an address, and the record of one contact."""

HOST = "127.0.0.1"
_ANYTHING = "…"
_READY_WITHIN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """What is typed, and the lines that the page shows below it."""

    typed: str
    shown: Sequence[str]


def lines_of(block: Block) -> Iterator[Line]:
    """The lines of a console block."""
    for part in f"\n{block.text}".split("\n$ ")[1:]:
        typed, *shown = part.splitlines()
        yield Line(typed, [each for each in shown if each.strip() not in {"", _ANYTHING}])


@dataclass
class Reader:
    """Where a reader is, and what they have started."""

    folder: Path
    environment: dict[str, str]
    port: int = 0
    somebody: Sequence[str] = ()
    """The address and the record of somebody in the reader's project."""
    running: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def follow(self, blocks: Iterator[Block]) -> None:
        """Do all that the blocks say; AssertionError where a page promises something else."""
        for block in blocks:
            if block.file:
                self.keep(block)
            elif block.language == "toml":
                self.write(block.text)
            elif block.language == "console":
                for line in lines_of(block):
                    self.type(line)

    def write(self, text: str) -> None:
        """Add a text to the project's file."""
        with (self.folder / "kpiloop.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")

    def keep(self, block: Block) -> None:
        """Write a file that a page shows."""
        file = self.folder / block.file
        file.parent.mkdir(exist_ok=True)
        file.write_text(block.text, encoding="utf-8")

    def type(self, line: Line) -> None:
        """Type one line and look at the answer."""
        word, *rest = shlex.split(self.meant(line.typed))
        if word == "cd":
            self.folder /= rest[0]
        elif word == "export":
            name, _, value = rest[0].partition("=")
            self.environment[name] = value
        elif word == "kpiloop" and rest[0] == "sandbox":
            self.serve(rest)
        elif word == "kpiloop":
            self.look(line, self.run(rest))
        else:
            assert word == "make", f"a reader cannot do this: {line.typed}"

    def meant(self, typed: str) -> str:
        """A line with the ports and the person that this reader has in place of the page's."""
        ports = {page: str(self.port + nth) for nth, page in enumerate(PORTS) if self.port}
        people = dict(zip(SOMEBODY, self.somebody, strict=False))
        for shown, own in (ports | people).items():
            typed = typed.replace(shown, own)
        return typed

    def run(self, arguments: Sequence[str]) -> Answer:
        """Call kpiloop."""
        small = ["--contacts", "150"] if arguments[0] == "demo" else []
        program = Program(folder=self.folder, environment=self.environment)
        return program(*arguments, *small)

    def look(self, line: Line, answer: Answer) -> None:
        """Compare an answer with what the page shows."""
        assert answer.exit_code == 0, f"{line.typed}: {answer.err}{answer.out}"
        seen = _first_words(answer.out.splitlines())
        missing = [word for word in _first_words(line.shown) if word not in seen]
        assert missing == [], f"{line.typed} shows no {missing}: {answer.out}"

    def serve(self, arguments: Sequence[str]) -> None:
        """Start the sandbox and wait until it is up."""
        self.port = _free_ports(len(PORTS))
        log = self.folder / "sandbox.log"
        with log.open("wb") as out:
            command = [sys.executable, "-c", START, *arguments, "--port", str(self.port)]
            self.running.append(
                subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env={**os.environ, **self.environment},
                    stdout=out,
                    stderr=subprocess.STDOUT,
                )
            )
        until = time.monotonic() + _READY_WITHIN
        while "Ctrl-C" not in log.read_text(encoding="utf-8"):
            assert self.running[-1].poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < until, "the sandbox does not start"
            time.sleep(0.05)

    def leave(self) -> None:
        """Stop what was started."""
        for each in self.running:
            each.send_signal(signal.SIGTERM)
            each.wait(timeout=_READY_WITHIN)


def plain_environment(state: Path) -> dict[str, str]:
    """No colours, no folding, and no state of the machine's user."""
    return {"COLUMNS": "200", "NO_COLOR": "1", "XDG_STATE_HOME": str(state)}


def _first_words(lines: Sequence[str]) -> list[str]:
    return [line.split()[0] for line in lines if line.strip()]


def _free_ports(number: int) -> int:
    """The first of so many ports in a row that nobody listens at."""
    while True:
        with ExitStack() as stack, suppress(OSError):
            probe = stack.enter_context(socket.socket())
            probe.bind((HOST, 0))
            first = int(probe.getsockname()[1])
            for port in range(first + 1, first + number):
                stack.enter_context(socket.socket()).bind((HOST, port))
            return first
