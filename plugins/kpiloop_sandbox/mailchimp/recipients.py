"""What became of a campaign at its recipients: pages of them, with what they did."""

from collections import defaultdict
from dataclasses import dataclass, field

from kpiloop_sandbox.serving.database import Database

UNSUBSCRIBE, COMPLAINT = "unsubscribe", "complaint"
_RECIPIENTS = "SELECT place, hash, email, status, variant FROM recipients WHERE campaign_id = ?"
_ACTS = (
    "SELECT place, at, action, url, kind, ip FROM acts WHERE campaign_id = ?"
    " AND place BETWEEN ? AND ? AND at > ? AND machine <= ? ORDER BY place, number"
)
_DOERS = """
FROM recipients AS r WHERE r.campaign_id = ?1 AND EXISTS (
    SELECT 1 FROM acts AS a WHERE a.campaign_id = ?1 AND a.place = r.place AND a.action = ?2
    AND (?3 = '' OR a.url = ?3) AND a.at > ?4 AND a.machine <= ?5
)
"""
_COUNT_DOERS = f"SELECT count(*) {_DOERS}"
_PAGE_OF_DOERS = (
    f"SELECT place, hash, email, status, variant {_DOERS} ORDER BY place LIMIT ?6 OFFSET ?7"
)
_LEAVINGS = (
    "SELECT r.hash, r.email, l.at, l.reason FROM leavings AS l JOIN recipients AS r"
    " USING (campaign_id, place) WHERE l.campaign_id = ? AND l.kind = ?"
    " ORDER BY l.place LIMIT ? OFFSET ?"
)
_Row = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFilter:
    """Which acts are asked for: those after a time, in seconds, and machines' only with `bots`."""

    since: int = -1
    bots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a long list."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that happened at one recipient."""

    at: int
    action: str
    url: str
    kind: str
    ip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One address that a campaign was sent to, with the acts that were asked for."""

    hash: str
    email: str
    status: str
    variant: str
    acts: list[Act] = field(default_factory=list[Act])

    def of(self, action: str) -> list[Act]:
        """The acts of one kind, oldest first."""
        return [act for act in self.acts if act.action == action]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """One recipient who unsubscribed or complained because of a campaign."""

    hash: str
    email: str
    at: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One address in a campaign that was clicked."""

    url: str
    clicks: int
    clickers: int
    last_click: int


class Recipients:
    """Reads the recipients of any campaign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, campaign_id: str, span: Span, acts: ActFilter) -> list[Recipient]:
        """Every recipient of the span, also those of whom no act is asked for."""
        with self._database.reading() as db:
            rows = db.execute(
                f"{_RECIPIENTS} ORDER BY place LIMIT ? OFFSET ?",
                (campaign_id, span.limit, span.offset),
            ).fetchall()
        return self._with_acts(campaign_id, rows, acts)

    def one(self, campaign_id: str, key: str, acts: ActFilter) -> Recipient | None:
        """One recipient by the hash of their address."""
        with self._database.reading() as db:
            rows = db.execute(f"{_RECIPIENTS} AND hash = ?", (campaign_id, key)).fetchall()
        return next(iter(self._with_acts(campaign_id, rows, acts)), None)

    def openers(self, campaign_id: str, span: Span, acts: ActFilter) -> tuple[list[Recipient], int]:
        """Those who opened, and how many there are."""
        return self._doers((campaign_id, "open", "", acts.since, acts.bots), span)

    def clickers(
        self, campaign_id: str, url: str, span: Span, acts: ActFilter
    ) -> tuple[list[Recipient], int]:
        """Those who clicked an address, and how many there are."""
        return self._doers((campaign_id, "click", url, acts.since, acts.bots), span)

    def leavings(self, campaign_id: str, kind: str, span: Span) -> tuple[list[Leaving], int]:
        """Who unsubscribed or complained, and how many there are."""
        with self._database.reading() as db:
            rows = db.execute(_LEAVINGS, (campaign_id, kind, span.limit, span.offset)).fetchall()
            total = db.execute(
                "SELECT count(*) FROM leavings WHERE campaign_id = ? AND kind = ?",
                (campaign_id, kind),
            ).fetchone()[0]
        found = [Leaving(hash=key, email=e, at=at, reason=reason) for key, e, at, reason in rows]
        return found, int(total)

    def links(self, campaign_id: str, acts: ActFilter) -> list[Link]:
        """The addresses that were clicked."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT url, count(*), count(DISTINCT place), max(at) FROM acts WHERE"
                " campaign_id = ? AND action = 'click' AND machine <= ? GROUP BY url ORDER BY url",
                (campaign_id, acts.bots),
            ).fetchall()
        return [
            Link(url=url, clicks=clicks, clickers=clickers, last_click=last)
            for url, clicks, clickers, last in rows
        ]

    def _doers(
        self, who: tuple[str, str, str, int, bool], span: Span
    ) -> tuple[list[Recipient], int]:
        with self._database.reading() as db:
            total = db.execute(_COUNT_DOERS, who).fetchone()[0]
            rows = db.execute(_PAGE_OF_DOERS, (*who, span.limit, span.offset)).fetchall()
        campaign_id, *_, since, bots = who
        acts = ActFilter(since=since, bots=bots)
        return self._with_acts(campaign_id, rows, acts), int(total)

    def _with_acts(self, campaign_id: str, rows: list[_Row], wanted: ActFilter) -> list[Recipient]:
        if not rows:
            return []
        by_place: defaultdict[int, list[Act]] = defaultdict(list)
        values = (campaign_id, rows[0][0], rows[-1][0], wanted.since, wanted.bots)
        with self._database.reading() as db:
            for place, at, action, url, kind, ip in db.execute(_ACTS, values):
                act = Act(at=at, action=action, url=url, kind=kind, ip=ip)
                by_place[place].append(act)
        return [
            Recipient(
                hash=key, email=email, status=status, variant=variant, acts=by_place.get(place, [])
            )
            for place, key, email, status, variant in rows
        ]
