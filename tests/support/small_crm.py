"""A small CRM with a web API, a connector to it, and the account that contracts are tested on."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qs

from pydantic import Field, SecretStr, TypeAdapter

from kpiloop import (
    Batching,
    Capacity,
    Change,
    Check,
    CheckStatus,
    Connector,
    Contact,
    Current,
    Definition,
    Deleted,
    Id,
    Instant,
    Kind,
    KpiloopError,
    Modified,
    Outcome,
    Page,
    Read,
    Settings,
    Source,
    Status,
    Text,
    UnavailableError,
    Value,
    Writer,
    reads,
)
from kpiloop.testing import (
    FaultServer,
    ImpatientClock,
    Received,
    Reply,
    VendorAccount,
    answer,
)
from kpiloop.web_api import Api, BearerToken, Limit

Row = dict[str, Any]
KEY = "small-crm-key-of-a-test"
READ_ONLY_KEY = "small-crm-key-without-right"
ROWS_A_PAGE = 3
BATCH = 4
ROWS = TypeAdapter(dict[str, list[Row]])
_NAMES = TypeAdapter(dict[str, list[str]])


def told(moment: datetime) -> str:
    """A moment as the small CRM tells it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(kw_only=True)
class SmallCrm:
    """The vendor: contacts in order of their last change, and custom fields of theirs."""

    contacts: dict[str, Row] = field(default_factory=dict[str, Row])
    fields: set[str] = field(default_factory=set[str])
    now: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    def __post_init__(self) -> None:
        for number in range(8):
            self.put(str(101 + number), email=f"person{number}@customer.example")

    def put(self, key: str, *, at: datetime | None = None, **values: object) -> None:
        """Make or change a contact; each change is a little later than the one before."""
        self.now += timedelta(milliseconds=5)
        row = self.contacts.setdefault(key, {"id": key, "deletedAt": None})
        row |= {**values, "updatedAt": told(at or self.now)}

    def __call__(self, request: Received) -> Reply:
        """The answer to a request."""
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in {KEY, READ_ONLY_KEY}:
            return answer({"message": "this key is not known"}, status=401)
        if request.path != "/me" and key == READ_ONLY_KEY:
            return answer({"message": "the right contacts.read is missing"}, status=403)
        return self.answer_to(request)

    def answer_to(self, request: Received) -> Reply:
        """The answer, whatever key it comes with."""
        found = self._answer(request)
        return answer({"message": "no such path"}, status=404) if found is None else answer(found)

    def _answer(self, request: Received) -> Row | None:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        match request.method, request.path.split("/")[1:]:
            case "GET", ["me"]:
                return {"name": "test"}
            case "GET", ["contacts"]:
                return self._page(query)
            case "GET", ["fields"]:
                return {"results": sorted(self.fields)}
            case ("PUT" | "DELETE") as method, ["fields", name]:
                return self._defined(method, name)
            case "POST", ["contacts", verb]:
                do = {"read": self._found, "write": self._written, "upsert": self._made}[verb]
                return {"results": do(request.json())}
            case _:
                return None

    def _defined(self, method: str, name: str) -> Row:
        self.fields = self.fields | {name} if method == "PUT" else self.fields - {name}
        return {"name": name}

    def _page(self, query: Mapping[str, str]) -> Row:
        """Contacts after (time, id) or from a place on, up to a moment, oldest change first."""
        after = (query.get("since", ""), query.get("after", "~" if "since" in query else ""))
        rows = sorted(self.contacts.values(), key=_place)
        until = query.get("until", "~")
        found = [row for row in rows if _place(row) > after and row["updatedAt"] <= until]
        start = int(query.get("offset", 0))
        found = found[start:]
        page = found[:ROWS_A_PAGE]
        last = {"since": page[-1]["updatedAt"], "after": page[-1]["id"]} if page else None
        return {"results": page, "next": last if len(found) > ROWS_A_PAGE else None}

    def _found(self, asked: Any) -> list[Row]:
        return [self.contacts[key] for key in asked["ids"] if self._lives(key)]

    def _written(self, changes: Any) -> list[Row]:
        results: list[Row] = []
        for change in changes:
            fine = self._lives(change["id"]) and change["values"].keys() <= self.fields | {"email"}
            if fine:
                self.put(change["id"], **change["values"])
            results.append({"id": change["id"], "ok": fine, "reason": "" if fine else "not found"})
        return results

    def _made(self, changes: Any) -> list[Row]:
        """Write, and make what is not there."""
        for change in changes:
            self.put(change["id"], **change["values"])
        return [{"id": change["id"], "ok": True, "reason": ""} for change in changes]

    def _lives(self, key: str) -> bool:
        return key in self.contacts and not self.contacts[key]["deletedAt"]


def _place(row: Row) -> tuple[str, str]:
    return row["updatedAt"], row["id"]


class SmallContact(Contact):
    """A contact, as the small CRM sends it."""

    id: Id
    email: Text = None
    modified_at: Annotated[Instant, Modified()] = Field(None, validation_alias="updatedAt")
    deleted_at: Annotated[Instant, Deleted()] = Field(None, validation_alias="deletedAt")


class SmallSettings(Settings):
    """One account of the small CRM."""

    token: SecretStr = Field(description="It is shown under Profile > API.")
    base_url: str


class SmallConnector(Connector[SmallSettings]):
    """The connector as it should be."""

    name = "small"
    settings_type = SmallSettings

    def connect(self) -> Api:
        """The client."""
        return Api(
            self.settings.base_url,
            system=self.source.name,
            auth=BearerToken(self.settings.token),
            limits=[Limit("burst", 10_000, 1)],
            clock=self.source.clock,
        )

    @reads(SmallContact, cursor="modified")
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts by (time, id), those that were deleted included."""
        window = read.window
        at: Any = read.checkpoint or ({"since": told(window.start)} if window.start else {})
        while at is not None:
            found = self.api.get("/contacts", {"until": told(window.end), **at})
            at = found.find("next")
            yield Page.json(found.body, rows="results", checkpoint=at)

    def checks(self) -> Iterator[Check]:
        """The key."""
        try:
            self.api.get("/me")
        except KpiloopError as error:
            yield Check(what="key", status=CheckStatus.FAILED, found=error.what, todo=error.todo)
        else:
            yield Check(what="key", status=CheckStatus.OK)

    def writer(self) -> Writer:
        """What writes custom fields of contacts."""
        return SmallWriter(self.api)


class SmallWriter(Writer):
    """Custom fields of contacts."""

    path: ClassVar = "/contacts/write"
    silence: ClassVar = Status.UNKNOWN
    """What it makes of an answer that was lost."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def batching(self, entity: str) -> Batching:
        """Few at a time."""
        del entity
        return Batching(write=BATCH, read=BATCH)

    def capacity(self, entity: str) -> Capacity:
        """Contacts alone have custom fields."""
        if entity != "contacts":
            return Capacity(may_define=False, may_write=False, free_fields=0, reason="none here")
        fields = tuple(self.api.get("/fields").parse(_NAMES)["results"])
        return Capacity(may_define=True, may_write=True, free_fields=None, fields=fields)

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """One call for each field."""
        return [self._settled("PUT", each) for each in definitions]

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """One call for each field."""
        return [self._settled("DELETE", each) for each in definitions]

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """Straight from the records."""
        del entity
        kinds = {each.field: each.kind for each in definitions}
        for at in range(0, len(ids), BATCH):
            asked = {"ids": list(ids[at : at + BATCH])}
            for row in self.api.post("/contacts/read", asked).parse(ROWS)["results"]:
                values = {name: _value(row.get(name), kind) for name, kind in kinds.items()}
                yield Current(id=row["id"], values=values)

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """In batches; an answer that is lost is not known."""
        del definitions
        waiting = list(changes)
        for at in range(0, len(waiting), BATCH):
            yield from self.write_batch(waiting[at : at + BATCH])

    def write_batch(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One call, judged row by row."""
        try:
            found = self.api.post(self.path, self.sent(changes), repeatable=False).parse(ROWS)
        except UnavailableError as error:
            for each in changes:
                yield self.outcome(each.id, self.silence, error.what)
            return
        for row in found["results"]:
            status = Status.CONFIRMED if row["ok"] else Status.REJECTED
            yield self.outcome(row["id"], status, row["reason"])

    def sent(self, changes: Sequence[Change]) -> list[Row]:
        """Changes as the small CRM takes them."""
        return [
            {"id": each.id, "values": {name: _text(value) for name, value in each.values.items()}}
            for each in changes
        ]

    def _settled(self, method: str, definition: Definition) -> Outcome:
        self.api.request(method, f"/fields/{definition.field}")
        return self.outcome(definition.field, Status.CONFIRMED)

    def outcome(self, key: str, status: Status, reason: str = "") -> Outcome:
        """What became of a record or a field."""
        return Outcome(entity="contacts", id=key, status=status, reason=reason)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _value(text: str | None, kind: Kind) -> Value:
    return Decimal(text) if text is not None and kind is Kind.NUMBER else text


class SmallAccount(VendorAccount):
    """The account that contracts are tested on."""

    connector: type[SmallConnector] = SmallConnector

    def __init__(self, crm: SmallCrm, server: FaultServer) -> None:
        self.crm = crm
        self._server = server
        self._last_time = crm.now + timedelta(minutes=1)

    @property
    def base_url(self) -> str:
        """Where the server is."""
        return self._server.base_url

    def make_connector(self, base_url: str) -> Connector[Any]:
        """The connector, with a key that may do everything."""
        return self._connect(base_url, KEY)

    def make_connector_without_right(self, base_url: str) -> Connector[Any]:
        """The connector, with a key that may read no contact."""
        return self._connect(base_url, READ_ONLY_KEY)

    def edit_one(self) -> str:
        """Another address for the contact that was changed longest ago."""
        key = self._oldest()
        self.crm.put(key, email=f"changed{self.crm.now:%f}@customer.example")
        return key

    def delete_one(self) -> str:
        """The contact that was changed longest ago goes; a tombstone stays."""
        key = self._oldest()
        self.crm.put(key, deletedAt=told(self.crm.now))
        return key

    def add_at_one_time(self, count: int) -> Sequence[str]:
        """New contacts, all of one moment."""
        self.crm.now += timedelta(seconds=1)
        start = 101 + len(self.crm.contacts)
        keys = [str(number) for number in range(start, start + count)]
        at = self.crm.now
        for key in keys:
            self.crm.put(key, at=at, email=f"{key}@customer.example")
        return keys

    def break_one(self) -> str:
        """A contact's address becomes an object, which no wire model of a contact can read."""
        key = self._oldest()
        self.crm.put(key, email={"address": "person@customer.example"})
        return key

    def _oldest(self) -> str:
        living = [row for row in self.crm.contacts.values() if not row["deletedAt"]]
        return str(min(living, key=_place)["id"])

    def _connect(self, base_url: str, key: str) -> Connector[Any]:
        settings = self.connector.settings_type.model_validate({"token": key, "base_url": base_url})
        return self.connector(settings, Source(name="small", clock=ImpatientClock()))


@contextmanager
def small_account(connector: type[SmallConnector] = SmallConnector) -> Generator[SmallAccount]:
    """The account, served until the block ends."""
    crm = SmallCrm()
    with FaultServer(crm) as server:
        account = SmallAccount(crm, server)
        account.connector = connector
        yield account
