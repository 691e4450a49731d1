"""The program as its users meet it: verbs, errors, exit codes."""

import importlib
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import pytest

from kpiloop.cli.verbs import VERBS
from support.plugin_workshop import Workshop
from support.program import START, Program

PLUGIN = """
    from kpiloop import Command, hookimpl

    @hookimpl
    def kpiloop_commands():
        return [
            Command(name="hello", run="acme_verbs:hello", help="Greets."),
            Command(name="nowhere", run="acme_verbs:nowhere", help="Is not there."),
        ]
"""
VERBS_OF_PLUGIN = """
    import time
    from typing import Annotated

    import typer

    from kpiloop import Application, BusyError, ConfigError

    def hello(
        context: typer.Context,
        *,
        wrong: Annotated[str, typer.Option(help="What to do wrong.")] = "",
    ) -> None:
        "Greets whoever calls."
        app = Application.of(context)
        if wrong == "config":
            raise ConfigError("it is odd", where="here", legal="even", todo="Add one.")
        if wrong == "busy":
            raise BusyError("somebody is at work")
        if wrong == "unforeseen":
            raise LookupError("-".join(["sk", "secret"]))
        if wrong == "wait":
            print("waiting", flush=True)
            time.sleep(30)
        if wrong == "nested":
            raise typer.Exit(app.run("hello", "--wrong", "config"))
        app.output.say(f"hello from {app.options.config}")
        app.output.notice("a remark")
        app.output.data({"hello": app.options.config})
"""


@pytest.fixture(autouse=True)
def hello(workshop: Workshop) -> None:
    """A plugin that brings a verb."""
    workshop.make(PLUGIN)
    (workshop.folder / "acme_verbs.py").write_text(dedent(VERBS_OF_PLUGIN), encoding="utf-8")


def test_help_shows_every_verb(program: Program) -> None:
    """The verbs of kpiloop and of its plugins stand in one list, with a line of help."""
    answer = program("--help")
    assert answer.exit_code == 0
    assert all(verb.name in answer.out and verb.help in answer.out for verb in VERBS)
    assert "Greets." in answer.out


def test_without_a_verb_the_help_is_shown(program: Program) -> None:
    """Somebody who types the name alone learns what there is."""
    assert "plugins" in program().out


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_of_kpiloop_is_there(verb: object) -> None:
    """What the list of verbs names can be imported and has a help text of its own."""
    module, _, name = verb.run.partition(":")
    assert getattr(importlib.import_module(module), name).__doc__


def test_help_imports_nothing_heavy(program: Program) -> None:
    """`--help` stays quick: no database, no web client, no models, no verb."""
    script = dedent("""
        import sys
        from kpiloop.cli import main
        try:
            main()
        except SystemExit:
            heavy = {"pydantic", "requests", "duckdb", "sqlglot", "starlette", "acme_verbs"}
            print(sorted(heavy & set(sys.modules)), file=sys.stderr)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script, "--help"],
        env={**os.environ, **program.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == "[]"


def test_a_verb_of_a_plugin_gets_the_application(program: Program) -> None:
    """A plugin's verb is called like kpiloop's own and answers by the same rules."""
    answer = program("hello", "--config", "x.toml")
    assert (answer.exit_code, answer.out, answer.err) == (0, "hello from x.toml\n", "a remark\n")


@pytest.mark.parametrize("line", [("--json", "hello"), ("hello", "--json")])
def test_the_common_options_stand_before_or_after_the_verb(
    program: Program, line: tuple[str, ...]
) -> None:
    """`--json` is understood on both sides, and leaves nothing but JSON on stdout."""
    answer = program(*line)
    assert answer.json == {"hello": None}
    assert answer.err == ""


def test_quiet_says_nothing(program: Program) -> None:
    """A call that went well and was told to be quiet leaves no word."""
    answer = program("hello", "--quiet")
    assert (answer.exit_code, answer.out, answer.err) == (0, "", "")


@pytest.mark.parametrize(("wrong", "exit_code"), [("config", 2), ("busy", 75), ("nested", 2)])
def test_an_error_ends_with_its_exit_code(program: Program, wrong: str, exit_code: int) -> None:
    """What kpiloop can explain goes to stderr in words, once, and sets the exit code."""
    answer = program("hello", "--wrong", wrong)
    assert answer.exit_code == exit_code
    assert answer.out == ""
    assert answer.err.count("Error:") == 1
    assert "Traceback" not in answer.err


def test_an_error_says_what_where_what_is_legal_and_what_next(program: Program) -> None:
    """The four parts of an error stand in their order."""
    answer = program("hello", "--wrong", "config")
    assert answer.err == "Error: here: it is odd\nLegal: even\nNext: Add one.\n"


def test_an_error_is_json_for_programs(program: Program) -> None:
    """With --json the error is one object on stderr."""
    answer = program("hello", "--wrong", "config", "--json")
    assert json.loads(answer.err) == {
        "error": {
            "kind": "ConfigError",
            "what": "it is odd",
            "where": "here",
            "legal": "even",
            "todo": "Add one.",
            "exit_code": 2,
        }
    }


def test_an_unforeseen_error_is_a_sentence_and_a_log(program: Program, tmp_path: Path) -> None:
    """Nobody meets a bare traceback; the log tells the way, not the words, which may be a key."""
    answer = program("hello", "--wrong", "unforeseen")
    log = tmp_path / "state" / "kpiloop" / "errors.log"
    assert answer.exit_code == 1
    assert "an error that it does not know (LookupError)" in answer.err
    assert str(log) in answer.err
    assert "Traceback" not in answer.err
    assert "acme_verbs.py" in log.read_text(encoding="utf-8")
    assert "sk-secret" not in answer.err + log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_debug_shows_where_an_error_comes_from(program: Program) -> None:
    """Who asks for the traceback gets it, with the sentence after it."""
    answer = program("hello", "--wrong", "unforeseen", "--debug")
    assert "Traceback" in answer.err
    assert "LookupError: sk-secret" in answer.err


def test_a_verb_that_cannot_be_loaded_is_its_plugins_fault(program: Program) -> None:
    """A verb without its function says so, and what to do."""
    answer = program("nowhere")
    assert answer.exit_code == 1
    assert "verb 'nowhere': its function acme_verbs:nowhere cannot be loaded" in answer.err


def test_an_interrupt_ends_with_one_line(program: Program) -> None:
    """Ctrl-C ends the program with exit code 130 and one sentence."""
    with subprocess.Popen(
        [sys.executable, "-c", START, "hello", "--wrong", "wait"],
        env={**os.environ, **program.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "waiting\n"
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err == "Interrupted: what was stored is kept. Run it again to go on.\n"


def test_a_reader_that_goes_away_is_no_error(program: Program) -> None:
    """`kpiloop … | head` ends without a word."""
    with subprocess.Popen(
        [sys.executable, "-c", START, "--help"],
        env={**os.environ, **program.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("plugin",), "Did you mean 'plugins'"),
        (("hello", "--wrnog"), "No such option: --wrnog"),
    ],
)
def test_a_line_that_is_not_understood_is_a_matter_of_usage(
    program: Program, line: tuple[str, ...], expected: str
) -> None:
    """A misspelt verb or option is told with what was probably meant, exit code 2."""
    answer = program(*line)
    assert answer.exit_code == 2
    assert expected in answer.err


def test_the_version_is_that_of_the_distribution(program: Program) -> None:
    """`kpiloop --version` says what is installed."""
    assert program("--version").out == f"kpiloop {version('kpiloop')}\n"


def test_verbs_and_options_are_completed(program: Program) -> None:
    """The shell completes the verbs of kpiloop and of plugins, and the options of each."""
    names = program(
        _KPILOOP_COMPLETE="complete_bash", COMP_WORDS="kpiloop hel", COMP_CWORD="1"
    ).out.split()
    options = program(
        _KPILOOP_COMPLETE="complete_bash", COMP_WORDS="kpiloop hello --", COMP_CWORD="2"
    ).out.split()
    assert names == ["hello"]
    assert {"--wrong", "--json", "--config"} <= set(options)
