"""`kpiloop demo`: the whole loop on a made-up company, as somebody new to it sees it."""

import re
import signal
import socket

import pytest

from kpiloop_sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS
from kpiloop_sandbox.hubspot.store import Store
from support.program import Answer, Program
from support.sandbox_program import files_left, program_in, started

SMALL = ("--contacts", "150")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Where the demo of this module is played."""
    return program_in(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def played(place: Program) -> Answer:
    """The demo, played once and kept."""
    return place("demo", "--home", "acme", *SMALL)


@pytest.fixture
def kept(place: Program, played: Answer) -> Program:
    """The program in the folder that the demo has kept."""
    assert played.exit_code == 0
    return Program(folder=place.folder / "acme", environment=place.environment)


def step(answer: Answer, number: int) -> str:
    """What one numbered step showed."""
    return re.split(r"^\d\. ", answer.out, flags=re.MULTILINE)[number]


def test_the_demo_ends_by_itself_and_well(played: Answer) -> None:
    """Nothing is asked, nothing goes wrong; on the side it says what it waits for at first."""
    assert (played.exit_code, played.err) == (0, "Getting the company ready …\n")


def test_the_plan_is_shown_before_anything_is_written(played: Answer) -> None:
    """The first run pulls, computes and plans; the values stand there, old and new."""
    first = step(played, 1)
    assert "$ kpiloop run --no-write" in first
    for source in ("hubspot", "mailchimp", "salesforce"):
        assert f"Pulled from sandbox_{source}" in first
    assert "kpiloop_win_rate_band of companies, for example" in first
    assert "`kpiloop apply` writes it" in first


def test_the_kpis_are_shown_with_a_trend_and_targets(played: Answer) -> None:
    """A line for each: the last complete month, its change, a year as bars, the target."""
    (line,) = [line for line in step(played, 2).splitlines() if line.startswith("new_leads ")]
    assert re.search(r"new_leads +\d{4}-\d\d +\d+ +[+-]\d+ % +[▁▂▃▄▅▆▇█ ]{12} +90", line)


def test_what_was_planned_is_written(played: Answer) -> None:
    """Every planned value is confirmed by the account."""
    found = re.search(r"Of (\d+) planned values (\d+) are confirmed, 0 rejected", step(played, 3))
    assert found is not None
    assert found[1] == found[2] != "0"


def test_a_company_is_read_back_with_its_new_properties(played: Answer) -> None:
    """What HubSpot's users would see: labels, values, and the properties' own names."""
    lines = step(played, 4).splitlines()
    assert any(re.search(r"^Revenue +[0-9.]+ +kpiloop_revenue", line) for line in lines)
    assert any(re.search(r"^Win rate \(band\) +[ABC] +kpiloop_win_rate_band", x) for x in lines)


def test_a_second_run_plans_nothing(played: Answer) -> None:
    """Unchanged values are never sent again."""
    assert "Plan: nothing to write" in step(played, 5)
    assert "confirmed" not in step(played, 5)


def test_the_lines_that_it_proposes_work(kept: Program, played: Answer) -> None:
    """Everything that it says one could type next can be typed, in the folder that it names."""
    assert "  cd acme\n" in played.out
    for line in ("show new_leads --by channel", "explain cac"):
        assert f"  kpiloop {line}\n" in played.out
        answer = kept(*line.split())
        assert (answer.exit_code, answer.err) == (0, "")
        assert answer.out


def test_the_kept_account_goes_on_where_the_demo_ended(kept: Program, played: Answer) -> None:
    """`kpiloop sandbox` serves it again, and a run on it finds nothing to write."""
    (line,) = re.findall(r"^  kpiloop (sandbox .*)$", played.out, flags=re.MULTILINE)
    with started(kept, *line.split()) as process:
        assert process.stdout is not None
        next(each for each in process.stdout if "A kpiloop.toml" in each)
        answer = kept("run")
    assert answer.exit_code == 0
    assert "Plan: nothing to write" in answer.out


def test_a_narrow_terminal_cuts_off_no_name(kept: Program) -> None:
    """At 60 columns the overview gives up columns, but no letter of what one types again."""
    lines = kept("show", COLUMNS="60").out.splitlines()
    names = [line.split()[0] for line in lines if re.search("[▁▂▃▄▅▆▇█]", line)]
    assert {"lead_acquisition_cost", "sql_to_customer_rate", "days_lead_to_mql"} <= set(names)
    assert max(map(len, lines)) <= 60


def test_the_account_holds_what_the_demo_tells_of_it(kept: Program, played: Answer) -> None:
    """The counts of the first lines are those of the account's file."""
    with Store(str(kept.folder / "hubspot.sqlite")) as store:
        told = [f"{store.count(kind):,}" for kind in (CONTACTS, COMPANIES, DEALS)]
    assert "{} contacts, {} companies and {} deals".format(*told) in " ".join(played.out.split())


def test_a_folder_with_something_in_it_is_refused(place: Program, played: Answer) -> None:
    """The demo overwrites nobody's project, not even its own earlier one."""
    answer = place("demo", "--home", "acme")
    assert answer.exit_code == 2
    assert "the folder is not empty" in answer.err


def test_without_a_folder_nothing_is_left(program: Program) -> None:
    """With --json there is one answer on stdout, and the temporary folder is gone."""
    answer = program("demo", "--json", *SMALL)
    assert answer.exit_code == 0
    assert answer.json["home"] is None
    assert answer.json["records_written"] > 0
    assert answer.json["company"]["properties"]
    assert files_left(program) == []


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_running_and_nothing_behind(
    program: Program, kind: signal.Signals
) -> None:
    """Ctrl-C or a polite `kill` in the middle of a step: one sentence, and all is tidied up."""
    with started(program, "demo") as demo:
        assert demo.stdout is not None
        next(line for line in demo.stdout if line.startswith("$ kpiloop run"))
        (file,) = (path for path in files_left(program) if path.name == "kpiloop.toml")
        ports = re.findall(r"127.0.0.1:(\d+)", file.read_text(encoding="utf-8"))
        demo.send_signal(kind)
        _, err = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert files_left(program) == []
    assert len(ports) == 3
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)))
