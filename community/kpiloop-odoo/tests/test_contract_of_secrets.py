"""The connector keeps its key to itself."""

from kpiloop.testing import SecretsContract


class TestSecrets(SecretsContract):
    """The key is sent to Odoo, and shown to nobody."""
