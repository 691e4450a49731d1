"""The connector's settings keep kpiloop's contract."""

from kpiloop.testing import SettingsContract


class TestSettings(SettingsContract):
    """Odoo's settings explain themselves, and so do its answers to wrong ones."""
