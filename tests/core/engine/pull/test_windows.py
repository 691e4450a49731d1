"""Which window a stream is asked for, and how a pull goes on after one that was interrupted."""

from datetime import timedelta

import pytest

from kpiloop.errors import (
    ConfigError,
    KpiloopError,
    NotFoundError,
    PluginError,
    RefusedError,
    ScopeError,
    UnavailableError,
    UntrustedAnswerError,
)
from support.memory_vendor import START, World

LAG = timedelta(minutes=10)


def test_the_first_window_has_no_start(world: World) -> None:
    """A stream that was never read is read from the beginning up to now."""
    world.green()
    window = world.data.asked_for("contacts")[0].window
    assert window.is_full
    assert window.end == START + timedelta(hours=1)


def test_the_next_window_begins_a_lag_before_the_newest_record(world: World) -> None:
    """A window starts where the newest record seen was, less the vendor's index lag."""
    world.data.contact(1, START)
    world.green()
    world.green()
    assert world.data.asked_for("contacts")[1].window.start == START - LAG


def test_a_window_never_starts_after_the_last_pull_began(world: World) -> None:
    """A record with a time in the future does not make the next pull skip what comes before it."""
    world.data.contact(1, START)["properties"]["changed"] = "2090-01-01 00:00:00Z"
    world.data.unfiltered = True
    world.green()
    world.green()
    assert world.data.asked_for("contacts")[1].window.start == START + timedelta(hours=1) - LAG


def test_a_window_that_gave_nothing_moves_nothing(world: World) -> None:
    """The bookmark stays where the newest record put it while nothing new comes."""
    world.data.contact(1, START)
    for _ in range(3):
        world.green()
    starts = [read.window.start for read in world.data.asked_for("contacts")]
    assert starts == [None, START - LAG, START - LAG]


def test_needed_fields_are_told_to_the_stream(world: World) -> None:
    """A stream is told which of the vendor's fields are read, those of the settings included."""
    world.green(mapped_fields={"contacts": {"product": "properties.product_line"}})
    read = world.data.asked_for("contacts")[0]
    needed = {"email", "first", "stage", "created", "optout", "changed", "product_line"}
    assert set(read.fields_below("properties")) == needed


def test_a_mapped_field_is_filled(world: World) -> None:
    """A field that the settings point at a property of the vendor gets its values."""
    world.data.contact(1, product_line="Boots")
    world.green(mapped_fields={"contacts": {"product": "properties.product_line"}})
    assert world.contact(1)["product"] == "Boots"


@pytest.mark.parametrize(
    ("mapped", "named"),
    [
        ({"orders": {"name": "x"}}, "contacts"),
        ({"contacts": {"produkt": "x"}}, "product"),
        ({"contacts": {"id": "x"}}, "product"),
    ],
)
def test_a_mapping_of_what_is_not_there_is_refused(
    world: World, mapped: dict[str, dict[str, str]], named: str
) -> None:
    """An entity or field that does not exist is named, with those that do."""
    with pytest.raises(ConfigError) as caught:
        world.pull(mapped_fields=mapped)
    assert named in caught.value.legal


def test_a_failure_keeps_what_was_read_and_goes_on_there(world: World) -> None:
    """After an error the next pull has the same window and begins behind the last stored page."""
    world.data.page_size = 1
    for number in range(5):
        world.data.contact(number)
    world.data.fails["contacts:3"] = UnavailableError("down")
    report = world.pull()
    assert isinstance(report.failed["contacts"], UnavailableError)
    assert world.ids("contacts") == []
    world.data.fails.clear()
    world.green()
    first, second = world.data.asked_for("contacts")[:2]
    assert second.window == first.window
    assert second.checkpoint == 3
    assert world.ids("contacts") == ["0", "1", "2", "3", "4"]
    assert world.leftovers() == 0


def test_after_what_was_left_comes_what_changed_since(world: World) -> None:
    """A pull that finishes an older window reads the newest changes as well."""
    world.data.contact(1)
    world.data.fails["contacts"] = UnavailableError("down")
    world.pull()
    world.data.fails.clear()
    world.clock.advance(3600)
    world.data.contact(2, world.clock.now())
    report = world.green()
    assert report.streams[0].resumed
    assert world.ids("contacts") == ["1", "2"]


def test_slices_are_cut_once(world: World) -> None:
    """The parts of a window are asked for before the first page and kept over failures."""
    world.data.slices = ("1", "2")
    world.data.contact(1)
    world.data.contact(2)
    world.data.fails["contacts"] = UnavailableError("down")
    world.pull(streams=("contacts",))
    world.data.slices = ("x",)
    world.data.fails.clear()
    world.pull(streams=("contacts",))
    assert sorted(read.slice for read in world.data.asked_for("contacts")[-3:]) == ["1", "2", "x"]
    assert world.ids("contacts") == ["1", "2"]


def test_a_slice_that_is_done_is_not_read_again(world: World) -> None:
    """Of two slices only the one that failed is asked for by the next pull."""
    world.data.slices = ("1", "2")
    world.data.contact(1)
    world.data.contact(2)
    world.data.fails["deals"] = UnavailableError("down")
    world.green(streams=("contacts",))
    world.pull(streams=("deals",))
    assert len(world.data.asked_for("contacts")) == 2


def test_an_expired_checkpoint_makes_a_slice_begin_anew(world: World) -> None:
    """Where the vendor refuses to go on at an old cursor, the slice is read from its beginning."""
    world.data.page_size = 1
    for number in range(3):
        world.data.contact(number)
    world.data.fails["contacts:2"] = UnavailableError("down")
    world.pull()
    world.data.fails = {"contacts:0": RefusedError("cursor expired")}
    report = world.pull(streams=("contacts",))
    assert [read.checkpoint for read in world.data.asked_for("contacts")[1:]] == [2, None, None]
    assert "contacts" in report.failed


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("no such column"),
        NotFoundError("no such list", status=404),
        UntrustedAnswerError("no rows"),
        ScopeError("not for this key"),
        ConfigError("no such file"),
        PluginError("a slice of an older version"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_reading_that_can_never_be_finished_is_begun_anew(
    world: World, error: KpiloopError
) -> None:
    """Where a slice has gone, the same pull cuts anew and reads that, once."""
    world.data.slices = ("1", "2")
    world.data.contact(1)
    world.data.contact(2)
    world.data.fails["contacts"] = error
    world.pull(streams=("contacts",))
    world.data.slices = ("1",)
    world.data.refuses["2"] = error
    world.data.fails.clear()
    report = world.green(streams=("contacts",))
    assert not report.streams[0].resumed
    assert world.ids("contacts") == ["1"]
    assert world.leftovers() == 0


def test_a_reading_that_is_begun_anew_is_full_if_it_was(world: World) -> None:
    """Who asked for everything gets it, whichever pull is able to finish."""
    world.data.contact(1)
    world.green()
    world.data.fails["contacts"] = RefusedError("no")
    world.pull(full=True)
    del world.data.contacts["1"]
    world.data.slices = ("9",)
    world.data.fails.clear()
    world.data.refuses[""] = RefusedError("no")
    world.green(streams=("contacts",))
    assert world.data.asked_for("contacts")[-1].window.is_full
    assert world.ids("contacts") == []


def test_an_outage_gives_no_reading_up(world: World) -> None:
    """What may succeed later goes on where it was, however often it fails."""
    world.data.slices = ("1", "2")
    world.data.fails["contacts"] = UnavailableError("down")
    world.pull(streams=("contacts",))
    world.data.slices = ("x",)
    world.pull(streams=("contacts",))
    assert {read.slice for read in world.data.asked_for("contacts")} <= {"1", "2"}


def test_a_full_pull_always_begins_anew(world: World) -> None:
    """What an earlier one left is not gone on with: not its slices, and not its places in them."""
    world.data.page_size = 1
    for number in range(3):
        world.data.contact(number)
    world.data.fails["contacts:2"] = UnavailableError("down")
    world.pull(full=True)
    world.data.fails.clear()
    world.green(full=True)
    assert [read.checkpoint for read in world.data.asked_for("contacts")] == [None, None]
    assert world.ids("contacts") == ["0", "1", "2"]


def test_a_system_that_cannot_be_reached_is_asked_by_one_stream(world: World) -> None:
    """Without an answer from anything there, the other streams wait and are not tried."""
    world.data.deals["7"] = {"id": "7"}
    world.data.fails["contacts"] = UnavailableError("nobody there")
    report = world.pull()
    assert [each.stream for each in report.streams if each.error] == ["contacts"]
    assert {each.waits_for for each in report.streams if not each.error} == {"contacts"}


def test_an_error_stops_its_followers_alone(world: World) -> None:
    """A stream that fails stops those that follow it; all others are read to their end."""
    world.data.contact(1)
    world.data.deals["7"] = {"id": "7"}
    world.data.fails["contacts"] = UnavailableError("down", status=503)
    report = world.pull()
    assert not report.is_green
    by_name = {each.stream: each for each in report.streams}
    assert by_name["histories"].waits_for == "contacts"
    assert by_name["deals"].is_green
    assert world.ids("deals") == ["7"]


def test_an_unforeseen_exception_of_a_connector_is_explained(world: World) -> None:
    """Whatever a connector raises stops its stream, with the place and without the text."""
    world.data.fails["contacts"] = KeyError("token=secret")
    error = world.pull().failed["contacts"]
    assert isinstance(error, PluginError)
    assert "KeyError" in str(error)
    assert "memory_vendor.py" in str(error)
    assert "secret" not in str(error)
    assert "secret" not in repr(error)


def test_a_full_pull_does_not_go_on_with_a_window(world: World) -> None:
    """When everything is asked for, an unfinished window of changes is given up."""
    world.data.contact(1)
    world.green()
    world.data.fails["contacts"] = UnavailableError("down")
    world.pull()
    world.data.fails.clear()
    world.green(full=True)
    assert world.data.asked_for("contacts")[-1].window.is_full


def test_an_unknown_stream_is_named(world: World) -> None:
    """A stream that the connector does not have is refused, with those that it has."""
    with pytest.raises(ConfigError, match="nothing") as caught:
        world.pull(streams=("nothing",))
    assert "contacts" in caught.value.legal
