"""What of the contract goes away works for a while, and is told."""

import warnings
from textwrap import dedent

import pytest

from kpiloop.deprecation import ContractWarning, Deprecation
from kpiloop.plugin_host.host import PluginHost
from kpiloop.plugin_host.report import PluginReport, PluginStatus
from support.plugin_workshop import Workshop

RENAMED = (Deprecation(old="kpiloop_sources", new="kpiloop_connectors", until="0.3"),)
ACME = dedent("""
    from kpiloop import Connector, Settings, hookimpl

    class {title}(Connector[Settings]):
        name = "{title}".lower()
        settings_type = Settings

    @hookimpl
    def {hook}():
        return [{title}]
""")
WARNING = """
import warnings
from kpiloop import ContractWarning
warnings.warn("cursor='new' goes away in kpiloop 0.3: use cursor='created'", ContractWarning)
"""


def one_report(host: PluginHost) -> PluginReport:
    """The only plugin of a workshop."""
    (report,) = host.reports
    return report


def test_a_hook_of_an_old_name_works_and_is_told(workshop: Workshop) -> None:
    """A plugin that was written before a hook was renamed brings what it always brought."""
    workshop.make(ACME.format(title="Acme", hook="kpiloop_sources"))
    host = PluginHost.load(workshop.found(), renamed=RENAMED)
    assert list(host.connectors) == ["acme"]
    assert one_report(host).status is PluginStatus.WORKING
    assert one_report(host).deprecated == (
        "kpiloop_sources goes away in kpiloop 0.3: use kpiloop_connectors",
    )


def test_a_plugin_with_both_names_is_asked_by_the_new_one(workshop: Workshop) -> None:
    """Who works with two releases of kpiloop may have both, and has nothing to mend."""
    old = ACME.format(title="Old", hook="kpiloop_sources")
    workshop.make(old + ACME.format(title="Acme", hook="kpiloop_connectors"))
    host = PluginHost.load(workshop.found(), renamed=RENAMED)
    assert list(host.connectors) == ["acme"]
    assert one_report(host).deprecated == ()


def test_an_old_name_needs_its_mark(workshop: Workshop) -> None:
    """A function of an old name without @hookimpl would never be called, and is an error."""
    workshop.make("def kpiloop_sources(): return []")
    report = one_report(PluginHost.load(workshop.found(), renamed=RENAMED))
    assert "kpiloop_sources is not marked" in report.problem


def test_a_name_that_is_gone_is_an_error(workshop: Workshop) -> None:
    """After its time, an old name is a hook that kpiloop does not know."""
    workshop.make(ACME.format(title="Acme", hook="kpiloop_sources"))
    assert "there is no hook 'kpiloop_sources'" in one_report(workshop.host()).problem


@pytest.mark.parametrize("place", ["module", "hook"])
def test_whatever_warns_of_its_end_is_told(workshop: Workshop, place: str) -> None:
    """A ContractWarning, when the plugin is imported or asked, becomes a line of its report."""
    body = WARNING if place == "module" else ""
    hook = WARNING.replace("\n", "\n    ") if place == "hook" else ""
    workshop.make(
        f"from kpiloop import hookimpl\n{body}\n"
        f"@hookimpl\ndef kpiloop_connectors():\n    {hook}\n    return []\n"
    )
    expected = ("cursor='new' goes away in kpiloop 0.3: use cursor='created'",)
    assert one_report(workshop.host()).deprecated == expected
    assert one_report(workshop.host()).deprecated == expected, "asked a second time"


def test_other_warnings_go_their_usual_way(workshop: Workshop) -> None:
    """What a plugin warns of besides is not kpiloop's to tell, and not kept back."""
    workshop.make("import warnings\nwarnings.warn('look out', UserWarning)")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report = one_report(workshop.host())
    assert [str(each.message) for each in caught] == ["look out"]
    assert report.deprecated == ()


def test_an_author_meets_the_warning_where_the_old_word_stands() -> None:
    """The warning names the line that calls, so that a test that fails shows it."""

    def of_the_contract() -> None:
        Deprecation(old="share", new="part", until="0.3").warn()

    with pytest.warns(ContractWarning, match=r"share goes away in kpiloop 0\.3: use part") as told:
        of_the_contract()
    assert told[0].filename == __file__


@pytest.mark.parametrize(
    ("requirement", "written_for"),
    [
        ("kpiloop>=0.1,<1", ">=0.1,<1"),
        ("kpiloop (>=0.1)", ">=0.1"),
        ("kpiloop ~=0.2 ; python_version > '3.8'", "~=0.2"),
        ("kpiloop", ""),
        ("kpiloop-other>=3", ""),
        ("requests>=2", ""),
    ],
)
def test_a_report_says_for_which_kpiloop_a_plugin_was_written(
    workshop: Workshop, requirement: str, written_for: str
) -> None:
    """The range is the one that the plugin's distribution requires."""
    workshop.make("")
    (metadata,) = workshop.folder.glob("*.dist-info/METADATA")
    with metadata.open("a", encoding="utf-8") as file:
        file.write(f"Requires-Dist: {requirement}\n")
    assert one_report(workshop.host()).written_for == written_for
