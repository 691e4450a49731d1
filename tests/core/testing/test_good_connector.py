"""A connector that does everything right passes every contract."""

from kpiloop.testing import ReadContract


class TestReads(ReadContract):
    """The small CRM is read as kpiloop expects it of any system."""
