"""What every connector's writing must do, as tests that an author inherits."""

from kpiloop.testing.defined_fields import DefinedFields
from kpiloop.testing.disturbed_writes import DisturbedWrites
from kpiloop.testing.planned_writes import PlannedWrites
from kpiloop.testing.written_values import WrittenValues


# pytest begins with the tests of the last parent: what is simplest comes first.
class WriteContract(PlannedWrites, DisturbedWrites, WrittenValues, DefinedFields):
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestWrites(WriteContract):
            \"\"\"Values are written into Acme as kpiloop expects it of any system.\"\"\"

    It asks for the account by the fixture `account`, which gives a `VendorAccount` that holds at
    least three records of an entity that can be written. It makes two custom fields,
    `kpiloop_contract_days` and `kpiloop_contract_band` (for each entity that shares a table with
    another, with its name behind), and removes them again. Where the connector has no writer, all
    of it is skipped.
    """
