"""The verbs of plugins, found without importing what brings none."""

import sys

from kpiloop.plugin_host.commands import plugin_commands
from support.plugin_workshop import Workshop

VERB = """
    from kpiloop import Command, hookimpl

    @hookimpl
    def kpiloop_commands():
        return [Command(name="{verb}", run="{run}", help="Says hello.")]
"""


def test_a_verb_is_known_without_importing_its_function(workshop: Workshop) -> None:
    """The module that a verb runs is not imported to list the verb."""
    workshop.make(VERB.format(verb="hello", run="acme_verbs.hello:hello"))
    commands = plugin_commands(workshop.found(), taken=())
    assert commands["hello"].help == "Says hello."
    assert "acme_verbs.hello" not in sys.modules


def test_a_plugin_without_verbs_is_not_imported(workshop: Workshop) -> None:
    """A plugin whose text does not mention the hook costs nothing, however heavy it is."""
    module = workshop.make("raise SystemExit")
    assert plugin_commands(workshop.found(), taken=()) == {}
    assert module not in sys.modules


def test_a_broken_plugin_brings_no_verb_and_no_error(workshop: Workshop) -> None:
    """Listing the verbs works whatever one plugin does."""
    workshop.make("raise SystemExit('kpiloop_commands')", name="bad")
    workshop.make(VERB.format(verb="Illegal Name", run="x:y"), name="illegal")
    workshop.make(VERB.format(verb="nowhere", run="not a function"), name="nowhere")
    workshop.make(VERB.format(verb="hello", run="x:y"), name="good")
    assert list(plugin_commands(workshop.found(), taken=())) == ["hello"]


def test_a_taken_verb_is_left_out(workshop: Workshop) -> None:
    """Neither a verb of kpiloop nor of an earlier plugin is replaced."""
    workshop.make(VERB.format(verb="pull", run="x:y"), name="a")
    workshop.make(VERB.format(verb="hello", run="x:first"), name="b")
    workshop.make(VERB.format(verb="hello", run="x:second"), name="c")
    commands = plugin_commands(workshop.found(), taken=["pull"])
    assert {name: each.run for name, each in commands.items()} == {"hello": "x:first"}
