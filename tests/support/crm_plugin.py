"""A plugin with a CRM that lives in files: what a verb of the program meets, good and bad."""

PLUGIN = """
    import json
    import time
    from collections.abc import Iterator
    from pathlib import Path
    from typing import ClassVar

    from pydantic import SecretStr

    from kpiloop import (
        Batching, Capacity, Connector, Contact, CredentialError, Current, Id, Instant, Outcome,
        Page, Settings, Status, Text, UnavailableError, Writer, hookimpl, reads,
    )

    class CrmContact(Contact):
        id: Id
        email: Text = None
        created_at: Instant = None

    class CrmSettings(Settings):
        folder: Path
        contacts: int = 3
        seconds: float = 0
        fails: str = ""

    class CrmWriter(Writer):
        def __init__(self, settings):
            self.settings = settings

        def batching(self, entity):
            return Batching(write=1, read=1)

        def capacity(self, entity):
            return Capacity(may_define=True, may_write=True, free_fields=None)

        def define(self, definitions):
            return [
                Outcome(entity=each.entity, id=each.field, status=Status.CONFIRMED)
                for each in definitions
            ]

        def retire(self, definitions):
            return []

        def current(self, entity, ids, definitions):
            for each in ids:
                held = self.settings.folder / f"{each}.value"
                value = held.read_text() if held.exists() else None
                yield Current(id=each, values={each.field: value for each in definitions})

        def write(self, changes, definitions):
            for change in changes:
                time.sleep(self.settings.seconds)
                (value,) = change.values.values()
                with (self.settings.folder / "written").open("a") as log:
                    log.write(change.id + "\\n")
                (self.settings.folder / f"{change.id}.value").write_text(str(value))
                yield Outcome(entity=change.entity, id=change.id, status=Status.CONFIRMED)

    class Crm(Connector[CrmSettings]):
        name = "crm"
        settings_type = CrmSettings

        def __init__(self, settings, source):
            super().__init__(settings, source)
            if settings.fails == "opening":
                raise CredentialError("there is no key", where=source.name, todo="Make one.")
            if settings.fails == "asking":
                raise UnavailableError("nobody opens", system=source.name, todo="Try later.")

        def writer(self):
            return CrmWriter(self.settings)

        def _fail(self):
            if self.settings.fails == "key":
                raise CredentialError("the key is not accepted", where="crm", todo="Make one.")
            if self.settings.fails == "network":
                raise UnavailableError("nobody answers", system="crm", todo="Try again later.")

        @reads(CrmContact)
        def contacts(self, read):
            self._fail()
            first = read.checkpoint or 1
            for number in range(first, self.settings.contacts + 1):
                time.sleep(self.settings.seconds)
                row = {"id": str(number), "created_at": "2026-03-01T10:00:00Z"}
                (self.settings.folder / "reading").touch()
                yield Page.rows([row], checkpoint=number + 1)

        @reads(CrmContact, absent="kept")
        def more(self, read):
            self._fail()
            if self.settings.fails == "more":
                raise UnavailableError("nobody answers", system="crm", todo="Try again later.")
            yield Page.rows([])

    @hookimpl
    def kpiloop_connectors():
        return [Crm]
"""

PROJECT = """\
[project]
home = "home"
timezone = "Europe/Berlin"
currency = "EUR"
[sources.crm]
connector = "crm"
folder = "{folder}"
{settings}
[measures.known]
title = "Known people"
on = "people"
aggregate = "count(*)"
when = "created_at"
[[publish]]
kpi = "known"
by = "person"
to = "crm"
decimals = 0
{publication}
"""
