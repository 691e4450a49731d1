"""The connector reads as kpiloop's contract wants it."""

from kpiloop.testing import ReadContract


class TestReads(ReadContract):
    """Odoo is read as kpiloop expects it of any system."""
