"""The verbs of the loop in bad cases: each ends with a sentence, an exit code, and nothing lost."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpiloop.clock import SystemClock
from kpiloop.ledger.lease import lease
from kpiloop.ledger.store import Ledger
from support.crm_plugin import PLUGIN, PROJECT
from support.plugin_workshop import Workshop
from support.program import START, Answer, Program

VERBS = ("pull", "show", "plan")


@dataclass(frozen=True, slots=True)
class Desk:
    """A project in a folder, with its CRM."""

    program: Program
    crm: Path

    def set(self, settings: str = "", publication: str = "auto = true") -> None:
        """Write the project's file."""
        text = PROJECT.format(folder=self.crm, settings=settings, publication=publication)
        (self.program.folder / "kpiloop.toml").write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str, **environment: str) -> Answer:
        """Run the program."""
        return self.program(*arguments, **environment)

    def unread(self, *arguments: str) -> int:
        """Run the program, whose answer nobody reads; its exit code."""
        with subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=self.program.folder,
            env={**os.environ, **self.program.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as running:
            assert running.stdout
            running.stdout.close()
            _, err = running.communicate(timeout=60)
        assert err == b""
        return running.returncode

    def interrupted(self, *arguments: str, sign: Path, **environment: str) -> Answer:
        """Run the program, and press Ctrl-C once a file is there."""
        with subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=self.program.folder,
            env={**os.environ, **self.program.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while not sign.exists() and running.poll() is None:
                time.sleep(0.01)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
        return Answer(exit_code=running.returncode, out=out, err=err)


@pytest.fixture
def desk(program: Program, workshop: Workshop, tmp_path: Path) -> Desk:
    """A project whose CRM holds three contacts."""
    workshop.make(PLUGIN, name="crm")
    crm = tmp_path / "crm"
    crm.mkdir()
    made = Desk(program, crm)
    made.set()
    return made


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_project_each_verb_says_how_to_make_one(program: Program, verb: str) -> None:
    """No kpiloop.toml is a matter of configuration, for people and programs alike."""
    answer = program(verb, "--json")
    error = json.loads(answer.err)["error"]
    assert (answer.exit_code, answer.out, error["kind"]) == (2, "", "ConfigError")
    assert "kpiloop init" in error["todo"]


@pytest.mark.parametrize(
    ("line", "exit_code", "todo"),
    [
        (("show",), 1, "kpiloop run"),
        (("plan",), 1, "kpiloop pull"),
        (("plan", "--show"), 1, "kpiloop plan"),
        (("apply",), 1, "kpiloop plan"),
        (("run", "--no-pull"), 1, "kpiloop pull"),
        (("runs", "nothing-like-it"), 2, "kpiloop runs"),
    ],
)
def test_what_comes_too_early_says_what_comes_first(
    desk: Desk, line: tuple[str, ...], exit_code: int, todo: str
) -> None:
    """Each verb names the one that has to be run before."""
    answer = desk(*line)
    assert (answer.exit_code, answer.out) == (exit_code, "")
    assert todo in answer.err


def test_what_is_empty_says_so(desk: Desk) -> None:
    """No run and no quarantined record are no error and no empty table."""
    assert "No runs yet" in desk("runs").out
    assert "Nothing is in quarantine" in desk("quarantine").out


def test_a_project_without_sources_is_told_to_add_one(desk: Desk) -> None:
    """There is nothing to pull from, which is no success."""
    path = desk.program.folder / "kpiloop.toml"
    path.write_text('[project]\ntimezone = "UTC"\ncurrency = "EUR"\n', encoding="utf-8")
    answer = desk("pull")
    assert answer.exit_code == 2
    assert "[sources.<name>]" in answer.err


def test_a_misspelt_name_is_told_with_the_right_one(desk: Desk) -> None:
    """Sources, KPIs, dimensions and spans of days say what is legal or meant."""
    desk("run")
    for line, hint in (
        (("pull", "crmm"), "Legal: crm"),
        (("show", "knwon"), "did you mean 'known'"),
        (("show", "known", "--by", "chanel"), "Legal: "),
        (("show", "--by", "chanel"), "Legal: "),
        (("show", "known", "--since", "soon"), "Legal: "),
    ):
        answer = desk(*line)
        assert answer.exit_code == 2, line
        assert hint in answer.err, line
    answer = desk("show", "known", "--grain", "fiscal")
    assert "Invalid value for '--grain': 'fiscal' is not one of 'day'" in answer.err


@pytest.mark.parametrize(("fails", "exit_code"), [("key", 2), ("network", 1)])
@pytest.mark.parametrize("verb", ["pull", "run"])
def test_a_source_of_which_nothing_can_be_read_is_told_once(
    desk: Desk, verb: str, fails: str, exit_code: int
) -> None:
    """One error, not one per stream; a wrong key is a matter of configuration."""
    desk.set(f'fails = "{fails}"')
    answer = desk(verb)
    assert (answer.exit_code, answer.out) == (exit_code, "")
    assert answer.err.count("Next:") == 1


def test_a_stream_that_stops_lets_the_others_go_on(desk: Desk) -> None:
    """The counts of the others are shown with the reason, and the run is not green."""
    desk.set('fails = "more"')
    answer = desk("pull")
    assert answer.exit_code == 1
    assert "more stopped: crm: nobody answers" in answer.out
    report = desk("pull", "--json").json["crm"]
    assert (report["contacts"]["read"], report["more"]["error"]) == (3, "nobody answers")


def with_closed(desk: Desk, fails: str) -> None:
    """Put a source before the CRM, which fails."""
    path = desk.program.folder / "kpiloop.toml"
    first = f'[sources.closed]\nconnector = "crm"\nfolder = "{desk.crm}"\nfails = "{fails}"\n'
    text = path.read_text(encoding="utf-8").replace("[sources.crm]", f"{first}[sources.crm]")
    path.write_text(text, encoding="utf-8")


def beside(desk: Desk, fails: str) -> Answer:
    """A pull from two sources, the first of which fails."""
    with_closed(desk, fails)
    answer = desk("pull")
    assert "Pulled from crm" in answer.out
    return answer


@pytest.mark.parametrize("verb", ["pull", "run"])
def test_where_no_source_can_be_read_each_says_why(desk: Desk, verb: str) -> None:
    """All reasons in one answer, and the exit code of the worst of them."""
    desk.set('fails = "network"')
    with_closed(desk, "opening")
    answer = desk(verb)
    assert (answer.exit_code, answer.out) == (2, "")
    assert "nothing could be read from closed and crm.\nclosed: there is no key\n" in answer.err
    assert "crm: nobody answers\nNext: Try again later." in answer.err
    error = json.loads(desk(verb, "--json").err)["error"]
    assert (error["kind"], error["exit_code"]) == ("UnreadError", 2)
    assert [each["kind"] for each in error["causes"]] == ["CredentialError", "UnavailableError"]
    assert desk("runs", "--json").json[0]["report"]["not_opened"].keys() == {"closed"}


@pytest.mark.parametrize(
    ("fails", "exit_code", "reason"),
    [("opening", 2, "closed: there is no key"), ("asking", 1, "closed: nobody opens")],
)
def test_a_first_run_says_which_source_stopped_it_and_why(
    desk: Desk, fails: str, exit_code: int, reason: str
) -> None:
    """What the other sources hold is stored; nothing is computed without the one that failed."""
    with_closed(desk, fails)
    answer = desk("run")
    assert answer.exit_code == exit_code
    assert "Pulled from crm" in answer.out
    assert "nothing can be computed yet" in answer.err
    assert f"\n{reason}\nNext: " in answer.err
    assert desk("pull", "--json").json["closed"]["error"].startswith(reason)


def test_a_source_that_cannot_be_opened_lets_the_others_go_on(desk: Desk) -> None:
    """A key that is missing for one system is a matter of that system alone."""
    answer = beside(desk, "opening")
    assert answer.exit_code == 2
    assert "closed: there is no key\nNext: Make one." in answer.out
    (run,) = desk("runs", "--json").json
    assert run["status"] == "not green"


def test_streams_that_wait_for_the_same_one_are_told_in_one_line(desk: Desk) -> None:
    """A wrong key is one message, not one for each of thirty streams."""
    answer = beside(desk, "key")
    assert answer.exit_code == 2
    assert "1 stream was not read, because contacts stopped." in answer.out
    assert answer.out.count("the key is not accepted") == 1


def test_a_stream_that_was_never_read_lets_nothing_be_computed(desk: Desk) -> None:
    """Half of the records would give numbers that look whole."""
    desk.set('fails = "more"')
    answer = desk("run")
    assert answer.exit_code == 1
    assert "more of crm never came to an end" in answer.err
    assert list(desk.crm.glob("*.value")) == []


def test_while_another_process_is_at_work_one_can_look_but_not_touch(desk: Desk) -> None:
    """Verbs that change something end with 75 and say who is at work; what is saved is shown."""
    assert desk("run", "--no-write").exit_code == 0
    with (
        Ledger.open(desk.program.folder / "home" / "ledger.sqlite") as ledger,
        lease(ledger, SystemClock()),
    ):
        for verb in ("pull", "apply"):
            answer = desk(verb, "--json")
            assert answer.exit_code == 75, verb
            assert str(os.getpid()) in json.loads(answer.err)["error"]["what"]
        looking = (("show",), ("show", "known"), ("explain", "known"), ("plan", "--show"))
        for line in (*looking, ("quarantine",)):
            assert desk(*line).exit_code == 0, line


def test_what_no_source_tells_has_no_value_and_says_why(desk: Desk) -> None:
    """A CRM without a web site does not mean that nobody looked at one."""
    assert desk("run", "--no-write").exit_code == 0
    reason = "no source tells page_views"
    months = desk("show", "page_views", "--json").json
    assert {(each["value"], each["reason"]) for each in months} == {(None, reason)}
    assert reason in desk("show", "page_views").out
    assert reason in desk("explain", "page_views").out
    assert desk("show", "known", "--json").json[-1]["value"] is not None


def test_an_interrupted_pull_is_booked_and_goes_on(desk: Desk) -> None:
    """Ctrl-C leaves what was stored; the next pull has every record once."""
    desk.set("contacts = 60\nseconds = 0.1")
    stopped = desk.interrupted("pull", "--json", sign=desk.crm / "reading")
    assert (stopped.exit_code, stopped.out) == (130, "")
    assert json.loads(stopped.err)["error"]["kind"] == "Interrupted"
    assert desk("runs", "--json").json[0]["status"] == "interrupted"
    desk.set("contacts = 60")
    assert desk("pull", "--json").json["crm"]["contacts"]["new"] == 60


def test_a_reader_who_leaves_stops_no_run(desk: Desk) -> None:
    """`kpiloop run | head` does all of its work; what only answers ends as the shell expects."""
    assert desk.unread("run") == 0
    assert [run["status"] for run in desk("runs", "--json").json] == ["green"]
    assert len(list(desk.crm.glob("*.value"))) == 3
    assert desk.unread("show", "--json") == 141
    assert desk.unread("show", "known", "--csv") == 141


def test_an_interrupted_apply_is_booked_and_goes_on(desk: Desk) -> None:
    """Ctrl-C between two batches: applying again writes the rest, and nothing twice."""
    desk.set("contacts = 60")
    assert desk("run", "--no-write").exit_code == 0
    log = desk.crm / "written"
    stopped = desk.interrupted("apply", "--yes", sign=log, KPILOOP_CRM_SECONDS="0.4")
    written = log.read_text(encoding="utf-8").split()
    assert stopped.exit_code == 130
    assert 0 < len(written) < 60
    answer = desk("apply", "--yes", "--json")
    assert (answer.json["confirmed"], answer.json["planned"]) == (60, 60)
    written = log.read_text(encoding="utf-8").split()
    assert sorted(written, key=int) == [str(number) for number in range(1, 61)]


def test_nothing_is_written_unasked(desk: Desk) -> None:
    """Who cannot be asked must have said --yes; who does not answer has not."""
    assert desk("run", "--no-write").exit_code == 0
    for quiet in ("--json", "--quiet"):
        answer = desk("apply", quiet)
        assert answer.exit_code == 2
        assert "--yes" in answer.err
    assert desk("apply").exit_code == 1
    assert list(desk.crm.glob("*.value")) == []
    assert desk("apply", "--yes", "--quiet").exit_code == 0
    assert len(list(desk.crm.glob("*.value"))) == 3


def test_a_run_writes_what_is_automatic_and_plans_the_rest(desk: Desk) -> None:
    """A field that waits for a person holds up no other, and is what the newest plan holds."""
    path = desk.program.folder / "kpiloop.toml"
    waiting = '[[publish]]\nkpi = "known"\nby = "person"\nto = "crm"\nfield = "kpiloop_slow"\n'
    path.write_text(path.read_text(encoding="utf-8") + waiting, encoding="utf-8")
    answer = desk("run")
    assert answer.exit_code == 0
    assert "3 are confirmed" in answer.out
    assert "Fields to make in contacts of crm: kpiloop_slow." in answer.out
    assert "Nothing of this is written yet" in answer.out
    plan = desk("plan", "--show", "--json").json
    assert [(each["field"], each["outcomes"]) for each in plan["fields"]] == [
        ("kpiloop_slow", {"planned": 3})
    ]


def test_a_plan_rests_on_todays_definitions(desk: Desk) -> None:
    """A KPI that changed since it was computed is computed anew before it is planned."""
    assert desk("run").exit_code == 0
    path = desk.program.folder / "kpiloop.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"count(*)"', '"count(*)"\nwhere = "id is null"'), encoding="utf-8"
    )
    rows = desk("plan", "--json").json["rows"]
    assert [(row["old_value"], row["new_value"]) for row in rows] == [("1", None)] * 3


def test_numbers_of_other_settings_are_shown_with_a_word(desk: Desk) -> None:
    """A fiscal year that was moved is not in them yet; what to run is said, and then it is gone."""
    desk("run")
    assert desk("show", "known").err == ""
    path = desk.program.folder / "kpiloop.toml"
    moved = path.read_text(encoding="utf-8").replace(
        "[project]", "[project]\nfiscal_year_starts = 4"
    )
    path.write_text(moved, encoding="utf-8")
    assert "`kpiloop run --no-pull` computes them anew" in desk("show", "known").err
    desk("run", "--no-pull")
    answer = desk("show", "known", "--grain", "fiscal_year")
    assert answer.err == ""
    assert "FY20" in answer.out


def test_every_verb_that_shows_something_answers_in_json(desk: Desk) -> None:
    """One JSON value on stdout and not a word beside it."""
    assert isinstance(desk("run", "--json").json, dict)
    for line in (
        ("pull",),
        ("show",),
        ("show", "--by", "channel"),
        ("explain", "known"),
        ("plan",),
        ("apply", "--yes"),
        ("runs",),
        ("quarantine",),
    ):
        answer = desk(*line, "--json")
        assert (answer.exit_code, answer.err) == (0, ""), line
        assert answer.json is not None


def test_a_narrow_terminal_cuts_off_no_name(desk: Desk) -> None:
    """What one may want to type again stands whole in sixty columns."""
    run = desk("run", "--json", "--no-write").json["run"]
    assert run in desk("runs", COLUMNS="60").out
    assert "days_lead_to_mql" in desk("show", COLUMNS="60").out
    assert all(len(line) <= 60 for line in desk("plan", COLUMNS="60").out.splitlines())


def test_what_is_piped_is_not_folded(desk: Desk) -> None:
    """A file has no right edge: SQL and tables keep their lines."""
    script = "import os; os.environ.pop('COLUMNS'); " + START
    answer = desk.program.script(script, "explain", "cac")
    assert "Counts all costs, not media alone. The cost of a period wins customers" in answer.out


def test_a_person_is_explained_by_a_contact_or_an_address(desk: Desk) -> None:
    """With the reasons; who is not known, and what is not asked for rightly, is told."""
    assert "kpiloop run" in desk("explain", "person", "crm:1").err
    desk("run", "--no-write")

    assert "crm:1" in desk("explain", "person", "crm:1").out
    (person,) = desk("explain", "person", "crm:1", "--json").json
    assert person["contacts"][0]["id"] == "1"
    unknown = desk("explain", "person", "nobody@x.example")
    assert (unknown.exit_code, unknown.out) == (1, "")
    assert "nobody@x.example" in unknown.err
    assert desk("explain", "new_leads", "nobody@x.example").exit_code == 2
