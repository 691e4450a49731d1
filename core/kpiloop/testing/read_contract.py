"""What every connector's reading must do, as tests that an author inherits."""

from kpiloop.testing.changing_reads import ChangingReads
from kpiloop.testing.disturbed_reads import DisturbedReads
from kpiloop.testing.listed_reads import ListedReads
from kpiloop.testing.still_reads import StillReads


# pytest begins with the tests of the last parent: what is simplest comes first.
class ReadContract(DisturbedReads, ListedReads, ChangingReads, StillReads):
    """Subclass it in your tests, in a class whose name begins with `Test`; pytest does the rest.

        class TestReads(ReadContract):
            \"\"\"Acme is read as kpiloop expects it of any system.\"\"\"

    It asks for the account by the fixture `account`, which gives a `VendorAccount`. What the
    account does not offer is skipped, with what to add. Where HTTP is not what the connector
    speaks, the tests of a bad line are skipped.
    """
