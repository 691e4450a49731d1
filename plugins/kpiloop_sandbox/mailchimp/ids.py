"""Ids as Mailchimp gives them, each made from what it names: the same account, the same ids."""

from hashlib import md5

_SHORT = 10
_WEB_IDS = 1_000_000_000


def member_hash(email: str) -> str:
    """A member's id: the MD5 of the address in lower case, as Mailchimp has it."""
    return _digest(email.lower())


def short_id(*parts: object) -> str:
    """Ten hexadecimal digits, as audiences, campaigns, links and addresses have."""
    return _digest("/".join(map(str, parts)))[:_SHORT]


def contact_id(list_id: str, email: str) -> str:
    """The id of a contact, which stays the same when the address changes."""
    return _digest(f"{list_id}/contact/{email.lower()}")


def number_of(*parts: object) -> int:
    """A number below a thousand million."""
    return int(_digest("/".join(map(str, parts))), 16) % _WEB_IDS


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
