"""Lines of an access log in the combined format, as Apache and nginx write it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    rf"(\S+) \S+ .{{0,256}}?\[(\d\d)/(\w{{3}})/(\d{{4}}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\]"
    rf" {_QUOTED} (\d{{3}}) \S+ {_QUOTED} {_QUOTED}"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_ROBOT = re.compile(
    r"bot\b|crawl|spider|slurp|fetch|monitor|preview|curl/|wget/|python-|java/|go-http|headless"
    r"|scan|archiver|facebookexternalhit|lighthouse",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(
    r"\.(?:css|js|mjs|map|json|xml|txt|ico|png|jpe?g|gif|svg|webp|avif|woff2?|ttf|eot|mp[34]|webm"
    r"|zip|gz)$",
    re.IGNORECASE,
)
_SEEN = frozenset({"200", "304"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request that an access log tells of."""

    ip: str
    moment: datetime
    """In UTC."""
    local_day: str
    """The day on the server's clock."""
    method: str
    page: str
    query: Mapping[str, str]
    status: str
    referrer: str
    agent: str

    @property
    def is_page_view(self) -> bool:
        """Whether a person, as far as one can tell, was shown a page."""
        return (
            self.method == "GET"
            and self.status in _SEEN
            and bool(self.agent)
            and not _NO_PAGE.search(self.page)
            and not _ROBOT.search(self.agent)
        )


def parse(line: str) -> Hit:
    """What a line says; ValueError, with the reason, where it is not in the combined format."""
    found = _LINE.match(line)
    if found is None:
        raise ValueError("must be a line of the combined log format")
    ip, day, month, year, *clock, sign, hours, minutes, request, status, referrer, agent = (
        found.groups()
    )
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(-offset if sign == "-" else offset)
        hour, minute, second = map(int, clock)
        moment = datetime(int(year), _MONTHS[month], int(day), hour, minute, second, tzinfo=zone)
    except (KeyError, ValueError):
        raise ValueError("must tell a time that there is") from None
    method, _, rest = request.partition(" ")
    page, query = _target(rest.partition(" ")[0])
    return Hit(
        ip=ip,
        moment=moment.astimezone(UTC),
        local_day=f"{year}-{month}-{day}",
        method=method,
        page=page,
        query=query,
        status=status,
        referrer="" if referrer == "-" else referrer,
        agent="" if agent == "-" else agent,
    )


def _target(target: str) -> tuple[str, Mapping[str, str]]:
    try:
        parts = urlsplit(target)
        # The last of several wins, as in a browser's address line nobody repeats one.
        return parts.path or "/", MappingProxyType(dict(parse_qsl(parts.query)))
    except ValueError:
        return target, MappingProxyType({})
