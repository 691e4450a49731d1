"""Declaring streams: their order, and what contradicts itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from kpiloop.clock import ManualClock
from kpiloop.connector.base import Connector, Settings, Source
from kpiloop.connector.reading import Absent, Read, Window, reads
from kpiloop.schema.people import Company, Contact
from kpiloop.schema.record import Record, Wire
from kpiloop.web_api.auth import BearerToken
from kpiloop.web_api.client import Api
from kpiloop.web_api.page import Page


class Several(Wire):
    """A row that is several records."""

    def records(self) -> Iterator[Record]:
        """None."""
        return iter(())


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def no_pages(_connector: object, _read: Read) -> Iterator[Page]:
    """A stream without pages."""
    return iter(())


def stream(name: str, **words: Any) -> Any:
    """A stream of contacts."""

    def method(connector: object, read: Read) -> Iterator[Page]:
        return no_pages(connector, read)

    method.__name__ = name
    return reads(Contact, **words)(method)


def connector(**streams: Any) -> type[Connector[Any]]:
    """A connector with these streams."""
    return type("Acme", (Connector,), {"name": "acme", "settings_type": Settings, **streams})


def test_streams_come_after_those_that_they_follow() -> None:
    """However the class is written, and over several generations."""
    acme = connector(
        grandchildren=stream("grandchildren", each="children"),
        children=stream("children", follows="parents"),
        parents=stream("parents", cursor="modified"),
    )
    assert list(acme.streams()) == ["parents", "children", "grandchildren"]


@pytest.mark.parametrize("other", ["nobody", "itself"])
def test_a_stream_that_can_never_come_first_is_refused(other: str) -> None:
    """A stream that is not there or a circle is told by the connector's and stream's names."""
    acme = connector(itself=stream("itself", follows=other))
    with pytest.raises(ValueError, match="Acme: follows= or each= of itself"):
        acme.streams()


def test_a_subclass_has_its_parents_streams_and_may_redeclare_them() -> None:
    """The nearest declaration counts."""
    acme = connector(contacts=stream("contacts", cursor="modified"))
    child = type("Child", (acme,), {"contacts": stream("contacts"), "more": stream("more")})
    assert {name: each.cursor.value for name, each in child.streams().items()} == {
        "contacts": "none",
        "more": "none",
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"follows": "a", "each": "b"}, "not both"),
        ({"follows": "a", "cursor": "modified"}, 'cursor="none"'),
        ({"each": "a", "slices": no_pages}, "no slices="),
        ({"once": True}, "has slices="),
        ({"cursor": "modifed"}, "modifed"),
        ({"absent": "gone"}, "gone"),
        ({"ids": no_pages}, 'cursor="modified"'),
        ({"ids": no_pages, "cursor": "modified", "absent": "kept"}, "nothing does"),
        ({"cursor": "modified", "fingerprint": str}, "say both"),
    ],
)
def test_what_contradicts_itself_is_refused_where_it_is_declared(
    words: dict[str, Any], reason: str
) -> None:
    """The author meets the error on import, not in a pull."""
    with pytest.raises(ValueError, match=reason):
        stream("contacts", **words)


def test_a_stream_fills_at_least_one_entity() -> None:
    """Without a wire model no row could be read."""
    with pytest.raises(ValueError, match="at least one wire model"):
        reads()(no_pages)


def test_ids_are_those_of_one_entity() -> None:
    """Of several entities nobody could tell whose id is missing."""
    for models in ((Contact, Company), (Several,)):
        with pytest.raises(ValueError, match="one wire model that subclasses"):
            reads(*models, cursor="modified", ids=no_pages)(no_pages)


def test_what_a_stream_by_ids_does_not_give_is_kept() -> None:
    """Its pages say themselves whose children they replace; a snapshot's absent rows are gone."""
    acme = connector(all=stream("all"), some=stream("some", follows="all"))
    absent = {name: each.absent for name, each in acme.streams().items()}
    assert absent == {"all": Absent.DELETED, "some": Absent.KEPT}


def test_the_needed_fields_below_a_path_are_given_once() -> None:
    """Of one wire model or of all, without the path itself, in order."""
    read = Read(
        window=Window(start=None, end=NOON),
        fields={
            Contact: ("id", "properties.email", "properties.stage"),
            Company: ("properties.name", "properties.email", "propertiesx.other"),
        },
    )
    assert read.fields_below("properties") == ("email", "stage", "name")
    assert read.fields_below("properties", Company) == ("name", "email")


def test_the_client_is_made_at_first_use_and_closed_once() -> None:
    """A connector that was never asked for anything connects to nothing."""
    made: list[Api] = []

    class Acme(Connector[Settings]):
        name = "acme"
        settings_type = Settings

        def connect(self) -> Api:
            made.append(Api("http://127.0.0.1:9", system="acme", auth=BearerToken(SecretStr("x"))))
            return made[-1]

    acme = Acme(Settings(), Source(name="acme", clock=ManualClock(NOON)))
    acme.close()
    assert made == []
    assert acme.api is acme.api
    acme.close()
    assert len(made) == 1


def test_a_connector_without_a_web_api_says_so() -> None:
    """Who asks for a client that nobody builds is told which class lacks it."""
    acme = connector()(Settings(), Source(name="acme"))
    with pytest.raises(NotImplementedError, match="Acme reads no web API"):
        _ = acme.api
    assert acme.writer() is None
    assert list(acme.checks()) == []
