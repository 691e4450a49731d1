"""The org that the endpoints work on: state, options, sessions, limits and counters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kpiloop_sandbox.salesforce.bulk import Jobs
from kpiloop_sandbox.salesforce.catalogue.objects import OBJECTS_BY_NAME
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.errors import bad_session, not_found, out_of_requests
from kpiloop_sandbox.salesforce.options import SandboxOptions
from kpiloop_sandbox.salesforce.queries import Locators
from kpiloop_sandbox.salesforce.sessions import Sessions
from kpiloop_sandbox.salesforce.soql.compile import Objects
from kpiloop_sandbox.salesforce.store import Store
from kpiloop_sandbox.salesforce.times import moment_of
from kpiloop_sandbox.serving.account import Counters, SimulatedAccount
from kpiloop_sandbox.serving.limits import Window

_DAY = 86_400.0
_SCHEMES = ("bearer", "oauth")


class Org(SimulatedAccount[SandboxOptions, Counters]):
    """One simulated org."""

    def __init__(self, store: Store, options: SandboxOptions, clock: Callable[[], float]) -> None:
        self.store = store
        self.sessions = Sessions(self.now)
        self.locators = Locators(self.now)
        self.jobs = Jobs(store)
        self.objects: Objects = OBJECTS_BY_NAME
        self.schema_changed_at = 0
        super().__init__(options, clock, Counters())

    def set_options(self, options: SandboxOptions) -> None:
        """Behave by other options from now on; the calls of the day start afresh."""
        super().set_options(options)
        self._daily = Window(options.daily, _DAY)
        seen = {
            name: _without(entity, options.hidden_fields.get(entity.name, ()))
            for name, entity in OBJECTS_BY_NAME.items()
        }
        if not self.schema_changed_at or _names(seen) != _names(self.objects):
            self.schema_changed_at = int(self.now())
        self.objects = seen

    def today(self) -> datetime:
        """The org's time in its own time zone."""
        return moment_of(int(self.now())).astimezone(ZoneInfo(self.options.timezone))

    def entity(self, name: str) -> SObject:
        """An object as the running user sees it.

        Raises:
            ApiError: 404 where there is none of this name.
        """
        if name.lower() not in self.objects:
            raise not_found()
        return self.objects[name.lower()]

    def admit(self, authorization: str) -> dict[str, str]:
        """Count a call of an open session, and return the header that tells how many there were.

        Raises:
            ApiError: 401 without a session; 403 where the day's calls are used up.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in _SCHEMES or not self.sessions.is_open(token, self.options):
            raise bad_session()
        now = self.now()
        if self.options.enforce_limits and self._daily.remaining(now) <= 0:
            self.counters.refused["REQUEST_LIMIT_EXCEEDED"] += 1
            raise out_of_requests()
        self._daily.take(now)
        return {"Sforce-Limit-Info": f"api-usage={self.used()}/{self.options.daily}"}

    def used(self) -> int:
        """How many of the day's calls were made."""
        return self.options.daily - self._daily.remaining(self.now())


def _without(entity: SObject, hidden: Sequence[str]) -> SObject:
    names = {name.lower() for name in hidden}
    seen = tuple(field for field in entity.fields if field.name.lower() not in names)
    return replace(entity, fields=seen) if names else entity


def _names(objects: Objects) -> set[tuple[str, str]]:
    return {(entity.name, field.name) for entity in objects.values() for field in entity.fields}
