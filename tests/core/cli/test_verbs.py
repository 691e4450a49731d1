"""The verbs of the loop in bad cases: each ends with a sentence, an exit code, and nothing lost."""

import json
import os

import pytest

from kpiloop.clock import SystemClock
from kpiloop.ledger.lease import lease
from kpiloop.ledger.store import Ledger
from support.crm_desk import Desk
from support.program import START, Program

VERBS = ("pull", "show", "plan")


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
