"""On which line a key of a TOML file stands."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from kpiloop.project.lines import line_of, lines_of

TEXT = """\
# a comment with [brackets]
[project]
home = "x"

[sources.acme]
share = 0.8
[sources.acme.fields.contacts]
product = "properties.product_line"
[channels]
rules = [
  { channel = "a", where = "b" },
  { channel = "c", where = "d" },
]
[[costs]]
kind = "wages"
note = \"\"\"
[not.a.table]
not_a_key = 1
\"\"\"
[[costs]]
kind = "media"
[costs.more]
a.b = { c = 1 }
[rates]
"USD" = 0.92
"""


def test_every_table_and_key_has_its_line() -> None:
    """Tables, keys, dotted keys and items of lists of tables are found where they stand."""
    lines = lines_of(TEXT)
    assert lines["project", "home"] == 3
    assert lines["sources", "acme", "share"] == 6
    assert lines["sources", "acme", "fields", "contacts", "product"] == 8
    assert lines["costs", 0, "kind"] == 15
    assert lines["costs", 1, "kind"] == 21
    assert lines["costs", 1, "more", "a", "b", "c"] == 23
    assert lines["rates", "USD"] == 25


def test_what_stands_inside_a_value_has_the_line_of_its_key() -> None:
    """An item of a list over several lines is told with the line where the list begins."""
    assert line_of(lines_of(TEXT), ("channels", "rules", 1, "where")) == 10


def test_text_over_several_lines_is_no_table() -> None:
    """What looks like a table inside a text is none."""
    assert not [path for path in lines_of(TEXT) if "not" in path or "not_a_key" in path]


def test_a_path_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    """A missing key is told with its table's line, and without a table with none."""
    lines = lines_of(TEXT)
    assert line_of(lines, ("project", "currency")) == 2
    assert line_of(lines, ("schedule", "pull")) == 0


KEYS = st.text(st.characters(categories=["Ll", "Nd"], include_characters="_- .[]#"), min_size=1)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, st.integers(), max_size=4), max_size=4))
def test_every_key_of_any_file_is_found(tables: dict[str, dict[str, int]]) -> None:
    """Whatever its tables and keys are called, each is found on the line that holds it."""
    text = "".join(
        f'["{table}"]\n' + "".join(f'"{key}" = {value}\n' for key, value in keys.items())
        for table, keys in tables.items()
    )
    assert tomllib.loads(text) == tables
    lines = lines_of(text)
    for table, keys in tables.items():
        for key, value in keys.items():
            line = text.splitlines()[lines[table, key] - 1]
            assert tomllib.loads(line) == {key: value}
