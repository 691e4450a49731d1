"""The connector keeps kpiloop's contract."""

from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, WriteContract


class TestReads(ReadContract):
    """Odoo is read as kpiloop expects it of any system."""


class TestWrites(WriteContract):
    """Values are written into Odoo as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """Odoo's settings explain themselves, and so do its answers to wrong ones."""


class TestSecrets(SecretsContract):
    """The key is sent to Odoo, and shown to nobody."""
