"""The system's keyring, where the extra `keyring` is installed; nothing else knows it."""

from importlib import import_module
from importlib.util import find_spec

SERVICE = "kpiloop"


def from_keyring(key: str) -> str | None:
    """The secret that the keyring has for a key of kpiloop; no value where it has none."""
    if find_spec("keyring") is None:
        return None
    keyring = import_module("keyring")
    try:
        secret: object = keyring.get_password(SERVICE, key)
    except keyring.errors.KeyringError:  # none on a machine without a desktop
        return None
    return secret if isinstance(secret, str) else None
