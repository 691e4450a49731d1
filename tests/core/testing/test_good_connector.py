"""A connector that does everything right passes every contract."""

from kpiloop.testing import ReadContract, SecretsContract, SettingsContract, WriteContract


class TestReads(ReadContract):
    """The small CRM is read as kpiloop expects it of any system."""


class TestWrites(WriteContract):
    """Values are written into the small CRM as kpiloop expects it of any system."""


class TestSettings(SettingsContract):
    """The small CRM's settings explain themselves."""


class TestSecrets(SecretsContract):
    """The small CRM's key is shown to nobody."""
