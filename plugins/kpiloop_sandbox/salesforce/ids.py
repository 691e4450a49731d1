"""Record ids: 15 characters that tell case apart, and 3 more for those who cannot."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_INSTANCE = "ak0"
_NUMBER = 9
SHORT, LONG = 15, 18
_THIRD = 5


def record_id(prefix: str, number: int) -> str:
    """The id of the so-manieth record of the object with this prefix; ids grow with numbers."""
    digits = ""
    for _ in range(_NUMBER):
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return long_id(prefix + _INSTANCE + digits)


def long_id(text: str) -> str:
    """The 18 characters of an id in either length; anything else stays what it is."""
    if len(text) != SHORT or not _is_plain(text):
        return text
    return text + "".join(_check(text[at : at + _THIRD]) for at in range(0, SHORT, _THIRD))


def is_id(text: str) -> bool:
    """Whether this can be an id at all."""
    if len(text) == SHORT:
        return _is_plain(text)
    return len(text) == LONG and long_id(text[:SHORT]) == text


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _check(third: str) -> str:
    return _CHECK[sum(1 << place for place, sign in enumerate(third) if sign.isupper())]
