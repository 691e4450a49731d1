"""What authors write: both type checkers accept it, and know what it is."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Annotated, ClassVar, assert_type

from pydantic import AliasPath, Field, SecretStr

from kpiloop import (
    Application,
    Batching,
    Capacity,
    Change,
    Check,
    CheckStatus,
    Command,
    Commands,
    Connector,
    Connectors,
    Contact,
    Current,
    Cursor,
    Deal,
    Definition,
    Deleted,
    Derivations,
    Deriving,
    Entities,
    Id,
    Instant,
    Kind,
    Model,
    Models,
    Modified,
    Money,
    Outcome,
    Packs,
    Page,
    PluginSettings,
    Read,
    Record,
    RefusedError,
    Resolved,
    Settings,
    Slices,
    Source,
    Status,
    Stream,
    Text,
    Window,
    Wire,
    Writer,
    derives,
    hookimpl,
    reads,
)
from kpiloop.testing import (
    FaultProxy,
    FaultServer,
    ImpatientClock,
    ReadContract,
    Received,
    Sometimes,
    VendorAccount,
    WriteContract,
    answer,
    instead,
    too_many,
)
from kpiloop.web_api import Api, BearerToken, Limit


class AcmeSettings(Settings):
    """A key and an address."""

    token: SecretStr
    base_url: str = "https://api.acme.example"


class AcmeContact(Contact):
    """One vendor record that is one record."""

    id: Id = Field(validation_alias="contactId")
    email: Text = Field(None, validation_alias=AliasPath("properties", "email"))
    modified_at: Annotated[Instant, Modified()] = None
    deleted_at: Annotated[Instant, Deleted()] = None


class AcmeLead(Wire):
    """One vendor record that is several records."""

    id: Id
    amount: Money = None

    def records(self) -> Iterable[Record]:
        """A contact, and a deal where there is an amount."""
        yield Contact(id=self.id)
        if self.amount is not None:
            yield Deal(id=self.id, amount=self.amount)


class AcmeWriter(Writer):
    """A writer that has nothing to say."""

    def batching(self, entity: str) -> Batching:
        """One call takes a hundred."""
        return Batching(write=100, read=100)

    def capacity(self, entity: str) -> Capacity:
        """Everything may be done."""
        return Capacity(may_define=True, may_write=True, free_fields=None)

    def define(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Confirm what is a number."""
        return [
            Outcome(entity=each.entity, id=each.field, status=Status.CONFIRMED)
            for each in definitions
            if each.kind is Kind.NUMBER
        ]

    def current(
        self, entity: str, ids: Sequence[str], definitions: Sequence[Definition]
    ) -> Iterator[Current]:
        """Records without values."""
        return (Current(id=each) for each in ids)

    def write(
        self, changes: Iterable[Change], definitions: Sequence[Definition]
    ) -> Iterator[Outcome]:
        """Reject everything."""
        for change in changes:
            yield Outcome(
                entity=change.entity, id=change.id, status=Status.REJECTED, reason="read only"
            )

    def retire(self, definitions: Sequence[Definition]) -> Sequence[Outcome]:
        """Nothing to remove."""
        return ()


class Acme(Connector[AcmeSettings]):
    """Acme CRM."""

    name = "acme"
    settings_type = AcmeSettings

    def connect(self) -> Api:
        """The client."""
        assert_type(self.settings, AcmeSettings)
        assert_type(self.source, Source)
        return Api(
            self.settings.base_url,
            system=self.source.name,
            auth=BearerToken(self.settings.token),
            limits=[Limit("burst", 100, 10)],
            share=self.source.share,
        )

    def slices_of(self, read: Read) -> Sequence[str]:
        """Two halves."""
        assert_type(read.window, Window)
        return ["odd", "even"]

    @reads(AcmeContact, AcmeLead, cursor="modified", slices=slices_of)
    def contacts(self, read: Read) -> Iterator[Page]:
        """Contacts and leads."""
        assert_type(self.api, Api)
        yield from self.api.pages("/contacts", {"half": read.slice}, rows="rows", cursor="next")

    @reads(AcmeContact, follows="contacts")
    def details(self, read: Read) -> Iterator[Page]:
        """What the contacts that changed hold besides."""
        yield Page.rows([{"contactId": each} for each in read.ids], replaces=read.ids)

    def checks(self) -> Iterator[Check]:
        """Whether the key works."""
        try:
            self.api.get("/me")
        except RefusedError as error:
            yield Check(what="key", status=CheckStatus.FAILED, found=error.what, todo=error.todo)

    def writer(self) -> Writer:
        """What writes."""
        return AcmeWriter()


class AcmeTable:
    """Streams that are made by data."""

    def parts(self, connector: Acme, read: Read) -> Sequence[str]:
        """The halves that the connector knows."""
        return connector.slices_of(read)

    def streams(self) -> Sequence[Stream]:
        """One stream that is cut, and one that is not."""
        ways: dict[str, Slices | None] = {"leads": self.parts, "contacts": None}
        return [
            Stream(name=name, models=(AcmeContact,), cursor=Cursor.NONE, slices=slices)
            for name, slices in ways.items()
        ]


class AcmeAccount(VendorAccount):
    """The account that the contracts are tested on."""

    streams = ("contacts",)

    def __init__(self, server: FaultServer) -> None:
        self.server = server

    @property
    def base_url(self) -> str:
        """Where it is."""
        return self.server.base_url

    def make_connector(self, base_url: str) -> Connector[AcmeSettings]:
        """The connector, which does not wait."""
        settings = AcmeSettings(token=SecretStr("a key of a test"), base_url=base_url)
        return Acme(settings, Source(name="acme", clock=ImpatientClock()))

    def edit_one(self) -> str:
        """Somebody works in it."""
        assert_type(self.server.received, list[Received])
        return "1"


class TestReads(ReadContract):
    """Acme is read as kpiloop expects it of any system."""


class TestWrites(WriteContract):
    """Values are written into Acme as kpiloop expects it of any system."""


def account() -> Iterator[AcmeAccount]:
    """The account, behind a proxy that turns down every third request once."""
    with FaultServer([answer({"rows": []})]) as server, FaultProxy(server.base_url) as proxy:
        proxy.fault = Sometimes(instead(too_many("2")))
        yield AcmeAccount(server)


@hookimpl
def kpiloop_connectors() -> Connectors:
    """The connector."""
    return [Acme]


@hookimpl
def kpiloop_packs() -> Packs:
    """A pack."""
    return [files(__name__) / "sales.toml"]


@hookimpl
def kpiloop_entities() -> Entities:
    """No entity."""
    return ()


class Visit(Resolved):
    """A table of the plugin's own."""

    entity: ClassVar[str] = "acme_visits"
    singular: ClassVar[str] = "acme_visit"

    person_id: Text = None


class VisitSettings(PluginSettings):
    """What kpiloop.toml says to it."""

    section: ClassVar[str] = "acme_visits"

    most: int = 10


@derives(Visit, needs=("page_views",), settings=VisitSettings)
def visits(deriving: Deriving[VisitSettings]) -> Iterator[Visit]:
    """A derivation that reads its settings."""
    rows = deriving.rows("SELECT id, person_id FROM page_views", most=deriving.settings.most)
    for visit, person in rows:
        yield Visit(id=visit, person_id=person)


@derives(Visit, needs=("page_views",))
def plain_visits(deriving: Deriving[PluginSettings]) -> list[Visit]:
    """A derivation without settings."""
    return [Visit(id=deriving.currency)]


@hookimpl
def kpiloop_derivations() -> Derivations:
    """A table."""
    return [visits, plain_visits]


@hookimpl
def kpiloop_models() -> Models:
    """A model."""
    return [Model(of="acme_visits", name="least", run=min)]


@hookimpl
def kpiloop_commands() -> Commands:
    """A verb."""
    return [Command(name="acme", run="kpiloop_acme.verbs:acme", help="Says hello.")]


def verb(app: Application) -> int:
    """What a verb does with the application."""
    app.output.say(app.project.currency)
    return app.run("pull", "--full")
