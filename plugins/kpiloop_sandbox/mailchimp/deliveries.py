"""What was sent to whom, written down: recipients, their acts, their leavings and the totals."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from kpiloop_sandbox.mailchimp.ids import member_hash
from kpiloop_sandbox.mailchimp.objects import StoredAct, StoredDelivery
from kpiloop_sandbox.mailchimp.recipients import COMPLAINT, UNSUBSCRIBE
from kpiloop_sandbox.mailchimp.times import seconds
from kpiloop_sandbox.serving.database import Database

_CHUNK = 5_000
_INSERT_ACT = "INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BOUNCED = "UPDATE recipients SET status = ? WHERE campaign_id = ? AND place = ?"
_LAST_ACT = """
SELECT r.place, (
    SELECT coalesce(max(a.number), -1) FROM acts AS a
    WHERE a.campaign_id = r.campaign_id AND a.place = r.place
) FROM recipients AS r WHERE r.campaign_id = ? AND r.hash = ?
"""
_ERASE = tuple(
    f"DELETE FROM {table} WHERE campaign_id = ? AND place = ?"  # noqa: S608 - our own words
    for table in ("acts", "leavings", "recipients")
)
_TOTALS = """
SELECT
    (SELECT count(*) FROM recipients WHERE campaign_id = ?1),
    (SELECT count(*) FROM recipients WHERE campaign_id = ?1 AND status = 'hard'),
    (SELECT count(*) FROM recipients WHERE campaign_id = ?1 AND status = 'soft'),
    (SELECT count(*) FROM leavings WHERE campaign_id = ?1 AND kind = 'unsubscribe'),
    (SELECT count(*) FROM leavings WHERE campaign_id = ?1 AND kind = 'complaint'),
    count(*) FILTER (WHERE action = 'open'),
    count(DISTINCT place) FILTER (WHERE action = 'open'),
    max(at) FILTER (WHERE action = 'open'),
    count(*) FILTER (WHERE action = 'click'),
    count(DISTINCT place || ' ' || url) FILTER (WHERE action = 'click'),
    count(DISTINCT place) FILTER (WHERE action = 'click'),
    max(at) FILTER (WHERE action = 'click')
FROM acts WHERE campaign_id = ?1
"""
_Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of one campaign; times are whole seconds, absent where nothing happened."""

    sent: int
    hard_bounces: int
    soft_bounces: int
    unsubscribed: int
    complaints: int
    opens: int
    openers: int
    last_open: int | None
    clicks: int
    unique_clicks: int
    clickers: int
    last_click: int | None


class Deliveries:
    """All deliveries of all campaigns; their totals are counted once until they change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._totals: dict[str, Totals] = {}

    def load(self, deliveries: Iterable[StoredDelivery]) -> int:
        """Add recipients at the end of their campaigns; a generator is read in chunks."""
        count, iterator = 0, iter(deliveries)
        with self._database.transaction():
            while chunk := list(islice(iterator, _CHUNK)):
                self._load_chunk(chunk)
                count += len(chunk)
        self._totals.clear()
        return count

    def add_act(self, campaign_id: str, email: str, act: StoredAct) -> bool:
        """Something more that a recipient did; False where the campaign was not sent to them."""
        with self._database.transaction() as db:
            row = db.execute(_LAST_ACT, (campaign_id, member_hash(email))).fetchone()
            if row is None:
                return False
            db.execute(_INSERT_ACT, _act_row(campaign_id, row[0], row[1] + 1, act))
            if act.action == "bounce":
                db.execute(_BOUNCED, (act.kind, campaign_id, row[0]))
        self._totals.pop(campaign_id, None)
        return True

    def leave(self, campaign_id: str, email: str, at: int, reason: str) -> bool:
        """A recipient unsubscribes; False where the campaign was not sent to them."""
        with self._database.transaction() as db:
            done = db.execute(
                "INSERT OR REPLACE INTO leavings SELECT campaign_id, place, ?, ?, ?"
                " FROM recipients WHERE campaign_id = ? AND hash = ?",
                (UNSUBSCRIBE, at, reason, campaign_id, member_hash(email)),
            )
        self._totals.pop(campaign_id, None)
        return done.rowcount > 0

    def totals(self, campaign_id: str) -> Totals:
        """The numbers of a campaign's report."""
        known = self._totals.get(campaign_id)
        if known is None:
            with self._database.reading() as db:
                known = Totals(*db.execute(_TOTALS, (campaign_id,)).fetchone())
            self._totals[campaign_id] = known
        return known

    def erase(self, key: str) -> None:
        """Take an address out of every campaign."""
        with self._database.transaction() as db:
            found = db.execute(
                "SELECT campaign_id, place FROM recipients WHERE hash = ?", (key,)
            ).fetchall()
            for statement in _ERASE:
                db.executemany(statement, found)
        self._totals.clear()

    def _load_chunk(self, chunk: list[StoredDelivery]) -> None:
        recipients: _Rows = []
        acts: _Rows = []
        leavings: _Rows = []
        places = self._next_places({each.campaign_id for each in chunk})
        for each in chunk:
            key, place = each.campaign_id, places[each.campaign_id]
            places[key] += 1
            hash_ = member_hash(each.email)
            recipients.append((key, place, hash_, each.email, each.status, each.group))
            acts += [_act_row(key, place, number, act) for number, act in enumerate(each.acts)]
            leavings += _leaving_rows(each, place)
        with self._database.transaction() as db:
            db.executemany("INSERT INTO recipients VALUES (?, ?, ?, ?, ?, ?)", recipients)
            db.executemany(_INSERT_ACT, acts)
            db.executemany("INSERT INTO leavings VALUES (?, ?, ?, ?, ?)", leavings)

    def _next_places(self, campaigns: Iterable[str]) -> dict[str, int]:
        with self._database.reading() as db:
            return {
                key: db.execute(
                    "SELECT coalesce(max(place), -1) + 1 FROM recipients WHERE campaign_id = ?",
                    (key,),
                ).fetchone()[0]
                for key in campaigns
            }


def _act_row(campaign_id: str, place: int, number: int, act: StoredAct) -> tuple[object, ...]:
    at = seconds(act.at)
    what = (act.action, act.kind, act.url, act.ip, act.is_machine)
    return (campaign_id, place, number, at, *what)


def _leaving_rows(delivery: StoredDelivery, place: int) -> _Rows:
    key = delivery.campaign_id
    rows: _Rows = []
    if delivery.unsubscribed_at is not None:
        rows.append((key, place, UNSUBSCRIBE, seconds(delivery.unsubscribed_at), delivery.reason))
    if delivery.complained_at is not None:
        rows.append((key, place, COMPLAINT, seconds(delivery.complained_at), ""))
    return rows
