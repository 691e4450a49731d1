"""Where nothing changed the tables stand; whatever changed, they are as if made anew."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpiloop.engine.resolve.joining import Joining
from kpiloop.engine.resolve.unchanged import Fingerprint
from kpiloop.schema.registry import RESOLVED
from support.pulled_company import RULES, Pulled, pulled_in_memory

ids = st.sampled_from(["1", "2", "3"])
edits = st.lists(
    st.one_of(
        st.tuples(st.just("email"), ids, st.sampled_from(["a@x.example", "b@x.example", None])),
        st.tuples(st.just("same_as"), ids, ids.map(lambda each: f"shop:{each}") | st.none()),
        st.tuples(st.just("merged_ids"), ids, ids | st.none()),
        st.tuples(st.just("deleted_at"), ids, st.sampled_from(["2026-03-01", None])),
    ),
    min_size=1,
    max_size=3,
)


def tables(pulled: Pulled) -> dict[str, list[Any]]:
    """Every row of every resolved table, and the reasons."""
    names = [*(model.entity for model in RESOLVED), "joins", "person_contacts", "record_ids"]
    return {name: pulled.found(name, "*") for name in names}


@given(history=edits)
@settings(max_examples=6, deadline=None)
def test_resolving_after_each_change_ends_as_resolving_once(history: list[Any]) -> None:
    """Whatever was edited, joined, merged, deleted and restored on the way."""
    found: list[Any] = []
    for is_step_by_step in (True, False):
        with pulled_in_memory() as pulled:
            for source in ("crm", "shop"):
                for contact in ("1", "2", "3"):
                    pulled.contact(contact, source=source, email=f"{contact}@{source}.example")
            for column, contact, value in history:
                pulled.connection.execute(
                    f"UPDATE pulled.contacts SET {column} = ? WHERE source = 'crm' AND id = ?",
                    [value, contact],
                )
                if is_step_by_step:
                    pulled.resolve()
            report = pulled.resolve()
            found.append((report, tables(pulled)))

    assert found[0] == found[1]


def test_where_nothing_changed_the_tables_stand(pulled: Pulled) -> None:
    """They are not touched: what somebody wrote there is still there."""
    pulled.contact("1")
    first = pulled.resolve()
    pulled.connection.execute("UPDATE resolved.people SET country = 'XX'")

    assert pulled.resolve() == first
    assert pulled.only("people", "country") == ("XX",)


def test_other_rules_are_a_change(pulled: Pulled) -> None:
    """As much as another record is."""
    pulled.contact("1", email="a@x.example")
    pulled.contact("2", email="a@x.example")

    assert pulled.resolve().rows["people"] == 1
    assert pulled.resolve(joining=Joining(addresses=False)).rows["people"] == 2


def test_another_release_is_a_change(pulled: Pulled) -> None:
    """What it makes of the same records may be something else."""
    before, now = (Fingerprint.of(pulled.connection, RULES, release) for release in ("1.0", "1.1"))

    assert now.changed_since(before) is None


def test_tables_that_are_gone_are_made_anew(pulled: Pulled) -> None:
    """Though nothing else changed."""
    pulled.contact("1")
    pulled.resolve()
    pulled.connection.execute("DROP TABLE resolved.joins")
    pulled.resolve()

    assert pulled.found("joins", "*") == []
