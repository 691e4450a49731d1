"""Attribution as one meets it: settings in kpiloop.toml, numbers in `kpiloop show`."""

from collections.abc import Callable

import pytest

from support.plugin_workshop import Workshop
from support.program import Program

Shop = Callable[[str], Program]

MARCH = ("--since", "2026-03", "--until", "2026-03", "--json")


def by_channel(program: Program, *more: str) -> dict[str | None, str]:
    """Attributed revenue of March."""
    shown = program("show", "attributed_revenue", "--by", "channel", *MARCH, *more)
    assert shown.exit_code == 0, shown.err
    return {each["dimensions"]["channel"]: each["value"] for each in shown.json if each["value"]}


def test_revenue_is_shared_by_the_model_that_is_chosen(ran: Program) -> None:
    """Without a word it is linear; what no touch led to has no channel."""
    shared = {name: float(value) for name, value in by_channel(ran).items()}
    assert shared == {"paid_search": 33.34, "email": 33.33, "organic_search": 33.33, None: 50.0}


def test_the_settings_choose_the_model_the_window_and_what_marketing_is(shop: Shop) -> None:
    """Each of them changes the numbers at once, without pulling anew."""
    program = shop("")
    assert program("pull", "--quiet").exit_code == 0
    program = shop('[attribution]\nmodel = "first"\nwindow_days = 2\n')
    assert program("run", "--no-pull", "--quiet").exit_code == 0
    shared = {name: float(value) for name, value in by_channel(program).items()}
    assert shared == {"email": 100.0, None: 50.0}
    program = shop('[attribution]\nmarketing_channels = ["organic_search"]\n')
    program("run", "--no-pull", "--quiet")
    (value,) = program("show", "marketing_revenue", *MARCH).json
    assert float(value["value"]) == 33.33


def test_every_model_is_shown_with_the_band(ran: Program) -> None:
    """One column for each model, the chosen one first, and from the lowest to the highest."""
    shown = ran(
        "show", "marketing_revenue", "--models", "all", "--since", "2026-03", "--until", "2026-03"
    )
    head = next(line for line in shown.out.splitlines() if line.startswith("period"))
    assert head.split() == [
        *("period", "linear", "first", "last", "markov", "shapley", "time_decay"),
        *("u_shaped", "w_shaped", "band"),
    ]
    assert "0.00 EUR \N{EN DASH} 100.00 EUR" in shown.out
    found = ran("show", "marketing_revenue", "--models", "first", *MARCH).json
    assert [(each["model"], float(each["value"]["value"])) for each in found] == [("first", 100.0)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("marketing_revenue", "--models", "frist"), "did you mean 'first'?"),
        (("new_leads", "--models", "all"), "no model has a part in new_leads"),
    ],
)
def test_a_model_that_is_not_there_is_refused(
    ran: Program, words: tuple[str, ...], said: str
) -> None:
    """A word that is wrong is told with what is right."""
    refused = ran("show", *words)
    assert refused.exit_code == 2
    assert said in refused.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("window = 90", "attribution.window is no key that kpiloop knows"),
        ("window_days = 0", "attribution.window_days must be at least 1"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(shop: Shop, settings: str, said: str) -> None:
    """The section is checked as strictly as kpiloop's own."""
    refused = shop(f"[attribution]\n{settings}\n")("run")
    assert refused.exit_code == 2
    assert said in refused.err


def test_a_model_that_nobody_brings_costs_only_what_rests_on_it(shop: Shop) -> None:
    """The run tells it and is not green; credits have no value and this reason, all else has."""
    program = shop('[attribution]\nmodel = "halves"\n')
    told = program("run")
    assert told.exit_code == 1
    assert "credits could not be derived: there is no attribution model 'halves'" in told.out
    (value,) = program("show", "marketing_revenue", *MARCH).json
    assert value["value"] is None
    assert "'halves'" in value["reason"]
    (value,) = program("show", "total_revenue", *MARCH).json
    assert float(value["value"]) == 150.0


def test_a_plugin_adds_a_model(shop: Shop, workshop: Workshop) -> None:
    """A function from journeys to weights is a model like the bundled ones."""
    workshop.make(
        """
        from kpiloop import Model, hookimpl

        def by_letters(journey):
            return [len(each.channel) for each in journey.touches]

        @hookimpl
        def kpiloop_models():
            return [Model(of="attribution", name="letters", run=by_letters)]
        """,
        name="letters",
    )
    program = shop('[attribution]\nmodel = "letters"\n')
    assert program("run", "--quiet").exit_code == 0
    shared = {name: float(value) for name, value in by_channel(program).items()}
    assert shared == {"paid_search": 36.67, "email": 16.67, "organic_search": 46.66, None: 50.0}
