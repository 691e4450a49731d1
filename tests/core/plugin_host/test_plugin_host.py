"""The plugin host: what works is used, and what does not is told."""

from textwrap import dedent

import pytest

from kpiloop.errors import ConfigError
from kpiloop.plugin_host.host import PluginHost
from kpiloop.plugin_host.report import PluginReport, PluginStatus
from support.plugin_workshop import Workshop

WORKING = """
    from kpiloop import Connector, Settings, hookimpl

    class Acme(Connector[Settings]):
        "Acme CRM."
        name = "{name}"
        settings_type = Settings

    @hookimpl
    def kpiloop_connectors():
        return [Acme]
"""
HOOK = """
    from kpiloop import hookimpl

    @hookimpl
    def {hook}():
        {body}
"""


def broken_one(host: PluginHost) -> PluginReport:
    """The one plugin that does not work."""
    (report,) = host.broken
    return report


def test_a_working_plugin_brings_what_it_says(workshop: Workshop) -> None:
    """A plugin that is installed is found, asked and reported with its distribution."""
    workshop.make(WORKING.format(name="acme"))
    host = workshop.host()
    assert list(host.connectors) == ["acme"]
    assert host.reports == (
        PluginReport(
            name="acme",
            distribution="kpiloop-acme",
            version="1.2.3",
            module="kpiloop_acme",
            status=PluginStatus.WORKING,
            connectors=("acme",),
        ),
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("raise RuntimeError('no luck')", "importing it raised RuntimeError: no luck"),
        ("import sys; sys.exit(3)", "importing it raised SystemExit: 3"),
        ("import there_is_no_such_module", "importing it raised ModuleNotFoundError"),
        ("def f(:", "importing it raised SyntaxError"),
        ("class Odd(BaseException): pass\nraise Odd", "importing it raised Odd"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_told(
    workshop: Workshop, source: str, problem: str
) -> None:
    """Whatever importing raises, SystemExit too, is the plugin's problem and nobody else's."""
    workshop.make(source, name="bad")
    workshop.make(WORKING.format(name="good"), name="good")
    host = workshop.host()
    assert broken_one(host).problem.startswith(problem)
    assert list(host.connectors) == ["good"]


@pytest.mark.parametrize(
    ("hook", "body", "problem"),
    [
        ("kpiloop_connectors", "raise ValueError('x')", "kpiloop_connectors raised ValueError: x"),
        ("kpiloop_packs", "raise SystemExit", "kpiloop_packs raised SystemExit"),
        ("kpiloop_connectors", "return None", "kpiloop_connectors returned None"),
        ("kpiloop_connectors", "return 7", "kpiloop_connectors returned a int"),
        ("kpiloop_connectors", "return 'acme'", "kpiloop_connectors returned a str"),
        ("kpiloop_connectors", "yield 7", "kpiloop_connectors returned a generator"),
        ("kpiloop_connectors", "return [7]", "kpiloop_connectors returned 7"),
        ("kpiloop_connectors", "return [str]", "kpiloop_connectors returned <class 'str'>"),
        ("kpiloop_entities", "return [int]", "kpiloop_entities returned <class 'int'>"),
        ("kpiloop_packs", "return ['leads.toml']", "kpiloop_packs returned 'leads.toml'"),
        ("kpiloop_commands", "return ['demo']", "kpiloop_commands returned 'demo'"),
        ("kpiloop_derivations", "return [len]", "kpiloop_derivations returned <built-in"),
        ("kpiloop_models", "return [len]", "kpiloop_models returned <built-in"),
    ],
)
def test_a_hook_that_fails_or_answers_wrongly_is_told(
    workshop: Workshop, hook: str, body: str, problem: str
) -> None:
    """A hook that raises, or whose answer has a wrong type, is named with what would be legal."""
    workshop.make(HOOK.format(hook=hook, body=body), name="bad")
    workshop.make(WORKING.format(name="good"), name="good")
    host = workshop.host()
    assert broken_one(host).problem.startswith(problem)
    assert broken_one(host).todo
    assert list(host.connectors) == ["good"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("settings_type = Settings", 'Acme, which needs name = "…"'),
        ("name = 'Acme CRM'; settings_type = Settings", 'Acme, which needs name = "…"'),
        ("name = 'acme'", "Acme, which needs settings_type"),
        ("name = 'acme'; settings_type = dict", "Acme, which needs settings_type"),
        (
            (
                "name = 'acme'; settings_type = Settings\n"
                "        @reads(Contact, follows='nowhere')\n"
                "        def contacts(self, read): yield from ()"
            ),
            "Acme, whose streams do not fit together",
        ),
    ],
)
def test_a_connector_that_is_not_complete_is_told(
    workshop: Workshop, body: str, problem: str
) -> None:
    """A connector without a legal name or settings, or with streams that cannot be ordered."""
    workshop.make(
        "    from kpiloop import Connector, Contact, Settings, hookimpl, reads\n"
        f"    class Acme(Connector[Settings]):\n        {body}\n"
        "    @hookimpl\n    def kpiloop_connectors(): return [Acme]\n"
    )
    assert f"kpiloop_connectors returned {problem}" in broken_one(workshop.host()).problem


@pytest.mark.parametrize(
    ("table", "words", "problem"),
    [
        ("Resolved", "needs=('deals',)", 'Resolved, which needs entity = "…"'),
        ("dict", "needs=('deals',)", "dict, which needs a subclass of kpiloop.Resolved"),
        ("Win", "needs=()", "Win, which needs tables"),
        ("Win", "needs=('deals',), made_of=('orders',)", "Win, which needs tables"),
        ("Win", "needs=('deals',), settings=Odd", 'Win, whose settings need section = "…"'),
    ],
)
def test_a_derivation_that_is_not_complete_is_told(
    workshop: Workshop, table: str, words: str, problem: str
) -> None:
    """A derivation needs a model with a name, tables to read, and settings with a section."""
    workshop.make(
        f"""
        from kpiloop import PluginSettings, Resolved, derives, hookimpl

        class Win(Resolved):
            entity = "wins"
            singular = "win"

        class Odd(PluginSettings):
            section = "No Name"

        @hookimpl
        def kpiloop_derivations():
            return [derives({table}, {words})(lambda deriving: ())]
        """
    )
    assert f"kpiloop_derivations returned {problem}" in broken_one(workshop.host()).problem


def test_a_model_needs_a_function_and_names(workshop: Workshop) -> None:
    """What cannot be called, or has no legal name, is no model."""
    workshop.make(
        """
        from kpiloop import Model, hookimpl

        @hookimpl
        def kpiloop_models():
            return [Model(of="attribution", name="Half And Half", run=len)]
        """
    )
    assert "kpiloop_models returned Model(" in broken_one(workshop.host()).problem


def test_derivations_sections_and_models_are_known(workshop: Workshop) -> None:
    """A working plugin's tables, sections and models are found by their names."""
    workshop.make(
        """
        from kpiloop import Model, PluginSettings, Resolved, derives, hookimpl

        class Win(Resolved):
            entity = "wins"
            singular = "win"

        class WinSettings(PluginSettings):
            section = "wins"

        @hookimpl
        def kpiloop_derivations():
            return [derives(Win, needs=("deals",), settings=WinSettings)(lambda deriving: ())]

        @hookimpl
        def kpiloop_models():
            return [Model(of="wins", name="half", run=len)]
        """
    )
    host = workshop.host()
    assert [each.entity for each in host.derived] == ["wins"]
    assert (list(host.sections), list(host.models)) == (["wins"], ["wins.half"])
    (report,) = host.reports
    assert (report.derivations, report.models) == (("wins",), ("wins.half",))


def test_a_misspelt_hook_is_told_with_the_nearest_one(workshop: Workshop) -> None:
    """A marked function that is no hook would never be called, so it is an error."""
    workshop.make(HOOK.format(hook="kpiloop_conectors", body="return []"))
    problem = broken_one(workshop.host()).problem
    assert "there is no hook 'kpiloop_conectors'; did you mean 'kpiloop_connectors'?" in problem


def test_a_hook_without_its_mark_is_told(workshop: Workshop) -> None:
    """A function of a hook's name that lacks @hookimpl would never be called."""
    workshop.make("def kpiloop_connectors(): return []")
    report = broken_one(workshop.host())
    assert report.problem == "kpiloop_connectors is not marked, so it would never be called"
    assert "@hookimpl" in report.todo


def test_a_hook_with_unknown_arguments_is_told(workshop: Workshop) -> None:
    """A hook that wants something that kpiloop does not give cannot be called."""
    workshop.make(
        "    from kpiloop import hookimpl\n    @hookimpl\n    def kpiloop_packs(project): ...\n"
    )
    assert "project" in broken_one(workshop.host()).problem


@pytest.mark.parametrize("kind", ["connector", "command", "entity"])
def test_a_name_that_is_taken_names_both_owners(workshop: Workshop, kind: str) -> None:
    """The plugin that comes second is not used, and the report names it and the first one."""
    hooks = {
        "connector": ("kpiloop_connectors", "[Thing]"),
        "command": ("kpiloop_commands", "[Command(name='same', run='a:b', help='')]"),
        "entity": ("kpiloop_entities", "[Entity]"),
    }
    hook, answer = hooks[kind]
    source = f"""
        from kpiloop import Command, Connector, Record, Settings, hookimpl

        class Thing(Connector[Settings]):
            name = "same"
            settings_type = Settings

        class Entity(Record):
            entity = "same"
            singular = "sam"

        @hookimpl
        def {hook}():
            return {answer}
    """
    workshop.make(source, name="first")
    workshop.make(source, name="second")
    report = broken_one(workshop.host())
    assert report.name == "second"
    assert f"the {kind} 'same' is there already: plugin 'first' (kpiloop_first" in report.problem


def test_an_entry_point_name_that_is_taken_names_both_owners(workshop: Workshop) -> None:
    """Two distributions that announce plugins of the same name do not hide each other."""
    workshop.make(WORKING.format(name="one"), name="acme", distribution="acme-one")
    workshop.make(WORKING.format(name="two"), name="acme", distribution="other-two")
    host = workshop.host()
    assert list(host.connectors) == ["one"]
    assert broken_one(host).distribution == "other-two"
    assert (
        "plugin 'acme' (acme_one_acme, from acme-one 1.2.3) brings it" in broken_one(host).problem
    )


def test_nobody_takes_the_name_of_a_bundled_plugin(workshop: Workshop) -> None:
    """Plugins of kpiloop's own distribution are asked first, whatever the others are called."""
    workshop.make(WORKING.format(name="acme"), name="acme", distribution="acme-one")
    workshop.make(WORKING.format(name="acme"), name="own", distribution="kpiloop")
    assert broken_one(workshop.host()).distribution == "acme-one"


def test_a_plugin_cannot_replace_a_verb_of_kpiloop(workshop: Workshop) -> None:
    """A verb of kpiloop's own is taken."""
    body = "from kpiloop import Command; return [Command(name='pull', run='a:b', help='')]"
    workshop.make(HOOK.format(hook="kpiloop_commands", body=body))
    assert (
        "'pull' is there already: kpiloop itself brings it" in broken_one(workshop.host()).problem
    )


def test_a_plugin_cannot_replace_an_entity_of_the_common_schema(workshop: Workshop) -> None:
    """An entity of the common schema is taken."""
    body = "from kpiloop import Contact; return [Contact]"
    workshop.make(HOOK.format(hook="kpiloop_entities", body=body))
    problem = broken_one(workshop.host()).problem
    assert "'contacts' is there already: kpiloop itself brings it" in problem


def test_a_plugin_that_is_interrupted_ends_the_program(workshop: Workshop) -> None:
    """Ctrl-C while a plugin is imported means the program, not the plugin."""
    workshop.make("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        workshop.host()


def test_packs_are_known_by_plugin_and_file(workshop: Workshop) -> None:
    """Two plugins may both have a pack of the same file name."""
    for name in ("one", "two"):
        (workshop.folder / name).mkdir()
        (workshop.folder / name / "sales.toml").write_text("")
        body = f"from pathlib import Path; return [Path(__file__).parent / '{name}' / 'sales.toml']"
        workshop.make(HOOK.format(hook="kpiloop_packs", body=body), name=name)
    assert list(workshop.host().packs) == ["one/sales", "two/sales"]


def test_a_pack_that_is_not_there_is_told(workshop: Workshop) -> None:
    """A pack that the package forgot to ship is the plugin's error."""
    body = "from pathlib import Path; return [Path(__file__).parent / 'sales.toml']"
    workshop.make(HOOK.format(hook="kpiloop_packs", body=body))
    assert "sales.toml, which is no file" in broken_one(workshop.host()).problem


def test_an_unknown_connector_is_told_with_the_nearest_one(workshop: Workshop) -> None:
    """The message names the connectors that there are, and the plugins that do not work."""
    workshop.make(WORKING.format(name="acme"))
    workshop.make("raise RuntimeError", name="bad")
    with pytest.raises(ConfigError, match=r"no connector 'akme'; did you mean 'acme'\?") as caught:
        workshop.host().connector("akme")
    assert caught.value.legal == "acme"
    assert "These plugins are broken: bad" in caught.value.todo


def test_the_bundled_plugins_work() -> None:
    """Every plugin that kpiloop itself brings is found by entry point and works."""
    bundled = [each for each in PluginHost.load().reports if each.distribution == "kpiloop"]
    assert {each.name for each in bundled} >= {"hubspot", "marketing", "sandbox"}
    assert [each for each in bundled if each.status is not PluginStatus.WORKING] == []


@pytest.mark.parametrize("pack", ["[measures", "[measure.x]", "[kpis.x]\nformla = 'a / b'"])
def test_a_pack_that_cannot_be_read_is_its_plugins_problem(workshop: Workshop, pack: str) -> None:
    """A pack that is no TOML, or has unknown tables or keys, costs its plugin and no other."""
    (workshop.folder / "sales.toml").write_text(pack, encoding="utf-8")
    body = "from pathlib import Path; return [Path(__file__).parent / 'sales.toml']"
    workshop.make(HOOK.format(hook="kpiloop_packs", body=body), name="bad")
    workshop.make(WORKING.format(name="good"), name="good")
    host = workshop.host()
    assert "bad/sales" in broken_one(host).problem
    assert list(host.connectors) == ["good"]


def test_what_a_plugin_prints_is_no_answer(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words that a plugin prints while it is asked go to stderr, never between the JSON."""
    workshop.make("print('hello')" + dedent(WORKING.format(name="acme")))
    assert list(workshop.host().connectors) == ["acme"]
    assert capsys.readouterr() == ("", "hello\n")


def test_an_entry_point_that_names_no_module_is_told(workshop: Workshop) -> None:
    """An entry point whose value is nonsense is a broken plugin like any other."""
    workshop.make(WORKING.format(name="good"), name="good")
    info = workshop.folder / "odd-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: odd\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[kpiloop]\nodd = no module!\n")
    host = workshop.host()
    assert broken_one(host).problem.startswith("its entry point names no module: no module!")
    assert list(host.connectors) == ["good"]


def test_a_distribution_whose_files_are_damaged_hides_no_plugin(workshop: Workshop) -> None:
    """A damaged entry_points.txt costs its own distribution; missing metadata costs only names."""
    workshop.make(WORKING.format(name="good"), name="good")
    for name, text in (("damaged", "[kpiloop]\nno entry\n"), ("foreign", "[x]\nno entry\n")):
        info = workshop.folder / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(text)
    bare = workshop.folder / "bare-1.dist-info"
    bare.mkdir()
    (bare / "entry_points.txt").write_text("[kpiloop]\nbare = there_is_no_such_module\n")
    host = PluginHost.load()
    assert "good" in host.connectors
    assert {each.name: each.distribution for each in host.broken} == {
        "bare": "?",
        "damaged": "damaged",
    }
