"""Hypotheses of a project: what they may name."""

from pathlib import Path

import pytest

from kpiloop.engine.cycle.definitions import catalog_of
from kpiloop.engine.cycle.hypotheses import hypotheses_of
from kpiloop.errors import ConfigError, DefinitionError
from kpiloop.kpi.hypothesis import Hypothesis
from kpiloop.plugin_host.host import PluginHost
from kpiloop.project.loading import read_project

PROJECT = '[project]\ntimezone = "Europe/Berlin"\ncurrency = "EUR"\n'


def _read(folder: Path, lines: str) -> tuple[Hypothesis, ...]:
    host = PluginHost.load()
    text = f"{PROJECT}[[hypotheses]]\n{lines}"
    project = read_project(text, path=folder / "kpiloop.toml", host=host, environment={})
    return hypotheses_of(project, catalog_of(project, host))


def test_a_hypothesis_names_two_kpis_and_a_lag(tmp_path: Path) -> None:
    """The lag is in months; without one both move in the same month."""
    assert _read(tmp_path, 'kpi = "visits"\nof = "new_leads"\nlag = "2 months"') == (
        Hypothesis(kpi="visits", of="new_leads", lag=2),
    )
    assert _read(tmp_path, 'kpi = "visits"\nof = "new_leads"')[0].lag == 0


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('kpi = "visit"\nof = "new_leads"', "did you mean 'visits'"),
        ('kpi = "won_deals"\nof = "average_deal_value"', "is computed of won_deals"),
        ('kpi = "visits"\nof = "new_leads"\nlag = "2 weeks"', "is no lag"),
    ],
)
def test_one_that_cannot_be_judged_is_refused(tmp_path: Path, lines: str, expected: str) -> None:
    """What is not there, what a formula says already, and what is no number of months."""
    with pytest.raises((ConfigError, DefinitionError), match=expected):
        _read(tmp_path, lines)
