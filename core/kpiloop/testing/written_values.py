"""Written values: held as they were sent, record by record, and nothing else changed."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from kpiloop.connector.writing import Change, Status, Value
from kpiloop.testing.explaining import expect, some
from kpiloop.testing.pulled_copy import PulledCopy, differences
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.writable import Writable, steps, writable


class WrittenValues:
    """What must hold of values that are written over a good line."""

    def test_values_are_read_back_as_they_were_sent(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """Numbers with decimals, nought, a negative one and bands come back as they are."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                numbers = steps(place.ids)
                place.put(numbers)
                place.expect_held(numbers, definition=place.number)
                bands = dict(zip(place.ids, place.band.choices, strict=False))
                place.expect_confirmed(place.write(_bands(place, bands)))
                place.expect_held(bands, definition=place.band)

    def test_none_clears_a_value(self, account: VendorAccount, tmp_path: Path) -> None:
        """A value that is written as None is none when it is read back."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                place.put(dict.fromkeys(place.ids, Decimal(5)))
                cleared: dict[str, Value] = {place.ids[0]: None}
                place.put(cleared)
                kept = dict.fromkeys(place.ids[1:], Decimal(5))
                place.expect_held(cleared | kept, definition=place.number)

    def test_a_second_value_replaces_the_first(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """The last value that was confirmed is the one that is held."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                for value in (Decimal(1), Decimal("2.5")):
                    place.put(dict.fromkeys(place.ids, value))
                    held = dict.fromkeys(place.ids, value)
                    place.expect_held(held, definition=place.number)

    def test_an_unknown_record_costs_the_others_nothing(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """A record that is not there is rejected and never made; all others are written."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                values = {place.ids[0]: Decimal(1), place.unknown: Decimal(2)}
                values |= dict.fromkeys(place.ids[1:], Decimal(3))
                outcomes = {**place.write(place.numbers(values))}
                lost = outcomes.pop(place.unknown)
                expect(
                    lost.status is Status.REJECTED and lost.reason,
                    f"a record that does not exist ({place.unknown}) was {lost.status}, reason: "
                    f"{lost.reason or 'none'}",
                    where=place.entity,
                    todo="reject it in the vendor's words; a status of the whole batch is never "
                    "the answer for a row",
                )
                place.expect_confirmed(outcomes)
                values.pop(place.unknown)
                place.expect_held(values, definition=place.number)
                expect(
                    not place.held(place.unknown),
                    f"current() gives record {place.unknown}, which does not exist: write() has "
                    "made it, or current() makes it up",
                    where=place.entity,
                    todo="update records, never upsert them; leave out what the vendor left out",
                )

    def test_a_value_that_is_refused_costs_the_others_nothing(
        self, account: VendorAccount, tmp_path: Path
    ) -> None:
        """A band that is not among the choices harms no other row; confirmed, it is held."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                first, second, third = place.ids[:3]
                bands = {first: "high", second: "no such band", third: "low"}
                outcomes = place.write(_bands(place, bands))
                if outcomes[second].status is not Status.CONFIRMED:
                    bands.pop(second)
                place.expect_confirmed({key: outcomes[key] for key in bands})
                place.expect_held(bands, definition=place.band)

    def test_nothing_else_is_changed(self, account: VendorAccount, tmp_path: Path) -> None:
        """What is pulled is the same after writing: our own fields come back as no change."""
        with (
            writable(account, tmp_path) as places,
            PulledCopy.of(account, tmp_path / "before") as before,
            PulledCopy.of(account, tmp_path / "after") as after,
        ):
            before.pull_green()
            for place in places:
                place.define()
                place.put(steps(place.ids))
            account.settle()
            after.pull_green()
            told = differences(before.rows(), after.rows())
            expect(
                not told,
                f"writing a custom field changed something else: {some(told)}",
                todo="send the field that was asked for and nothing else",
            )


def _bands(place: Writable, values: dict[str, str]) -> list[Change]:
    return [
        replace(change, values={place.band.field: band})
        for change, band in zip(place.numbers(dict(values)), values.values(), strict=True)
    ]
