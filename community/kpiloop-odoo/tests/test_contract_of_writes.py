"""The connector writes as kpiloop's contract wants it."""

from kpiloop.testing import WriteContract


class TestWrites(WriteContract):
    """Values are written into Odoo as kpiloop expects it of any system."""
