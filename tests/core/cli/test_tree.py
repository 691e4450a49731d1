"""`kpiloop tree`: the goal and what it consists of; a run whose tree does not add up is told."""

from support.crm_desk import Desk

_TREE = """
[kpis.half]
formula = "known / 2"
unit = "people"
owner = "marketing"
[kpis.twice]
formula = "known + known"
unit = "people"
[trees.people]
title = "Who we know"
kgi = "twice"
[trees.people.consists]
twice = "{parts}"
[targets.twice]
month = 7
"""


def _desk_with(desk: Desk, parts: str) -> None:
    path = desk.program.folder / "kpiloop.toml"
    text = path.read_text(encoding="utf-8").partition("[kpis.half]")[0]
    path.write_text(text + _TREE.format(parts=parts), encoding="utf-8")


def test_a_tree_is_drawn_with_values_targets_and_owners(desk: Desk) -> None:
    """Each KPI stands under what it is a part of; a narrow terminal keeps the numbers."""
    _desk_with(desk, "half * 4")
    assert desk("run").exit_code == 0
    drawn = desk("tree", "people", "--period", "2026-03").out.splitlines()
    assert drawn[1] == "Who we know in 2026-03"
    assert drawn[3].split() == ["twice", "=", "half", "*", "4", "6", "7", "✗", "missed"]
    assert drawn[4].split() == ["└─", "half", "1.50", "marketing"]
    narrow = desk("tree", "people", "--period", "2026-03", COLUMNS="30").out.splitlines()
    assert narrow[3].split()[-1] == "7"


def test_programs_get_the_same_tree(desk: Desk) -> None:
    """--json nests the parts, with values, progress and remainders."""
    _desk_with(desk, "half * 4")
    desk("run")
    (tree,) = desk("tree", "people", "--period", "2026-03", "--json").json
    assert (tree["kpi"], tree["value"]["value"], tree["progress"]["status"]) == (
        "twice",
        6,
        "missed",
    )
    assert [each["kpi"] for each in tree["parts"]] == ["half"]
    assert tree["remainders"] == []


def test_a_run_whose_tree_does_not_add_up_is_not_green(desk: Desk) -> None:
    """The run says what does not add up, ends with 1, and books it."""
    _desk_with(desk, "half * 3")
    answer = desk("run", "--no-write")
    assert answer.exit_code == 1
    assert "[trees.people] twice of 2026-03 is 6, but half * 3 makes 4.5." in answer.out
    (run,) = desk("runs", "--json").json
    assert run["status"] == "not green"
    assert "It does not add up: [trees.people]" in desk("tree", "--period", "2026-03").out
    _desk_with(desk, "half * 4")
    assert desk("run", "--no-write").exit_code == 0


def test_a_tree_that_is_not_there_is_told_with_those_that_are(desk: Desk) -> None:
    """A misspelt name ends with 2 and the right one; before a run there are no numbers."""
    _desk_with(desk, "half * 4")
    early = desk("tree")
    assert (early.exit_code, "kpiloop run" in early.err) == (1, True)
    answer = desk("tree", "peple")
    assert answer.exit_code == 2
    assert "did you mean 'people'" in answer.err


def test_values_are_shown_beside_their_targets(desk: Desk) -> None:
    """`show` tells target, status and, while a period goes on, where today's rate leads."""
    _desk_with(desk, "half * 4")
    desk("run", "--no-write")
    march = desk("show", "twice", "--since", "2026-03", "--until", "2026-03")
    assert march.out.splitlines()[3].split()[-4:-1] == ["7", "✗", "missed"]
    (value,) = desk("show", "twice", "--since", "2026-03", "--until", "2026-03", "--json").json
    judged = {key: value[key] for key in ("target", "target_source", "status", "pace")}
    assert judged == {"target": 7, "target_source": "given", "status": "missed", "pace": None}
    header, *rows = desk("show", "twice", "--csv").out.splitlines()
    assert header.endswith("target,target_source,status,pace")
    assert rows[-1].split(",")[-4:-1] == ["7", "given", "behind"]
    assert "target" not in desk("show", "half").out
