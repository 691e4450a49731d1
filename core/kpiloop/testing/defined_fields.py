"""Custom fields: made once, found again, and removed."""

from pathlib import Path

from kpiloop.connector.writing import Status
from kpiloop.testing.explaining import expect
from kpiloop.testing.vendor_account import VendorAccount
from kpiloop.testing.writable import writable


class DefinedFields:
    """What must hold of the fields that a writer makes."""

    def test_a_field_is_made_once(self, account: VendorAccount, tmp_path: Path) -> None:
        """Making a field that is there is confirmed, and takes no second place."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                before = place.writer.capacity(place.entity)
                place.define()
                after = place.writer.capacity(place.entity)
                expect(
                    before == after,
                    "making a field that is there already took another one",
                    where=place.entity,
                    todo="let define() look first, and confirm what is there",
                )
                missing = {each.field for each in place.definitions} - {*after.fields}
                expect(
                    not missing,
                    "capacity().fields does not tell the fields that were made",
                    where=f"{place.entity}: {', '.join(sorted(missing))}",
                    todo="tell kpiloop's own fields by the names of their definitions",
                )

    def test_a_new_field_is_empty(self, account: VendorAccount, tmp_path: Path) -> None:
        """Before anything is written, reading back gives every record without a value."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                held = place.held(*place.ids)
                expect(
                    held == dict.fromkeys(place.ids),
                    "current() must give each record that exists, with None for no value",
                    where=place.entity,
                    todo='yield a Current for each record; an empty text ("") is None',
                )

    def test_a_field_goes_when_it_is_retired(self, account: VendorAccount, tmp_path: Path) -> None:
        """A retired field is gone, and can be made again."""
        with writable(account, tmp_path) as places:
            for place in places:
                place.define()
                refused = [
                    each.reason
                    for each in place.writer.retire(place.definitions)
                    if each.status is not Status.CONFIRMED
                ]
                left = {each.field for each in place.definitions}
                left &= {*place.writer.capacity(place.entity).fields}
                expect(
                    not (refused or left),
                    f"retire() left {', '.join(sorted(left)) or 'nothing'}: {refused}",
                    where=place.entity,
                    todo="remove the fields of the definitions, and confirm each",
                )
                place.define()
