"""Definitions are read from TOML, and what is wrong with one is said with its place."""

from pathlib import Path

import pytest

from kpiloop.errors import DefinitionError
from kpiloop.kpi.pack import parse_pack, read_definitions, read_pack

MEASURE = """
# a pack

[measures.mqls]
on = "people"
aggregate = "count(*)"
when = "became_mql_at"
"""


def refusal(text: str) -> DefinitionError:
    """The error with which a text is refused."""
    with pytest.raises(DefinitionError) as caught:
        parse_pack(text, "leads.toml")
    return caught.value


def test_a_definition_knows_its_place() -> None:
    """A definition remembers file, line and table, so that later checks can tell them."""
    (measure,) = parse_pack(MEASURE, "leads.toml").measures
    assert measure.key("when") == "leads.toml:4 [measures.mqls].when"


def test_a_file_is_called_by_its_name(tmp_path: Path) -> None:
    """A pack in a file is known by the name of the file, not by its path."""
    file = tmp_path / "leads.toml"
    file.write_text(MEASURE)
    assert read_pack(file).origin == "leads.toml"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A pack that cannot be read is a DefinitionError with its name."""
    with pytest.raises(DefinitionError, match=r"leads\.toml"):
        read_pack(tmp_path / "leads.toml")


def test_tables_of_a_configuration_are_read_the_same_way() -> None:
    """The user's own file holds measures and KPIs among other tables, in the same language."""
    tables = {"project": {"home": "x"}, "kpis": {"rate": {"formula": "a / b"}}}
    (kpi,) = read_definitions(tables, "kpiloop.toml").kpis
    assert kpi.place == "kpiloop.toml [kpis.rate]"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("when", "whne", "unknown key 'whne'; did you mean 'when'?"),
        ('on = "people"', "on = 3", "Input should be a valid string"),
        ('on = "people"\n', "", "'on' is missing"),
        ("mqls", '"MQLs now"', "'MQLs now' is no name"),
        ("mqls", "case", "'case' has a meaning of its own in formulas"),
        ("[measures.mqls]", "[measure.mqls]", "no table 'measure'; did you mean 'measures'?"),
        ("[measures.mqls]", "[measures]", "it is no table"),
        ("[measures.mqls]", "[measures.mqls", "it is no TOML"),
        ('on = "people"', 'on = "people"\nbetter = "bigger"', "should be 'higher' or 'lower'"),
        ('on = "people"', 'on = "people"\ntitle = ""', "at least 1 character"),
        ('on = "people"', 'on = "people"\nstart = "x"', "unknown key 'start'"),
        ('on = "people"', 'on = "people"\nname = "x"', "unknown key 'name'"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, what: str) -> None:
    """Unknown, missing and unfit keys are named, with the key that was probably meant."""
    error = refusal(MEASURE.replace(old, new, 1))
    assert what in str(error)
    assert "leads.toml" in str(error)


def test_all_problems_of_a_file_are_told_at_once() -> None:
    """Two definitions that are wrong are one error that tells of both."""
    error = refusal(MEASURE.replace("when", "whne") + '[kpis.rate]\nformla = "a / b"\n')
    assert "[measures.mqls]" in str(error)
    assert "[kpis.rate]" in str(error)


def test_a_group_that_is_no_table_is_refused() -> None:
    """`kpis` must hold tables by name."""
    assert "'kpis' is no table" in str(refusal("kpis = 3"))
