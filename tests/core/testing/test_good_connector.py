"""A connector that does everything right passes every contract."""

from kpiloop.testing import ReadContract, WriteContract


class TestReads(ReadContract):
    """The small CRM is read as kpiloop expects it of any system."""


class TestWrites(WriteContract):
    """Values are written into the small CRM as kpiloop expects it of any system."""
