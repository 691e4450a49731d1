"""Sources that fail: each says why, the others go on, and the exit code fits."""

import json

import pytest

from support.crm_desk import Desk
from support.program import Answer


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
