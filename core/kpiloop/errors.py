"""Every error that kpiloop raises on purpose; the branch answers "what now?".

The tree (a test compares it with the classes below):

    KpiloopError
    ├── SettingsError             fix a setting, then run again                     exit 2
    │   ├── ConfigError             kpiloop.toml says something that is not legal
    │   ├── CredentialError         a key is missing, wrong or has run out
    │   └── ScopeError              the key is right but may not do this
    ├── DefinitionError           fix a measure, KPI, formula or pack               exit 2
    ├── PluginError               fix or remove a plugin; all others work           exit 1
    ├── NotYetError               do the step before first, then run again          exit 1
    │   └── UnreadError             sources could not be read; the worst of them says the exit code
    ├── BusyError                 another process is at work: try again later       exit 75
    ├── VendorError               a vendor's system did not do what was asked       exit 1
    │   ├── UnavailableError        retried long enough: try again later
    │   ├── QuotaError              the vendor's quota is used up: wait for its reset
    │   ├── RefusedError            the vendor says no, and will say it again
    │   │   └── NotFoundError         there is no such thing (any more)
    │   └── UntrustedAnswerError    the answer is too large, elsewhere or no such format
    ├── RecordError               one record is wrong: it is set aside, the rest goes on
    ├── StoreError                a database file cannot be read or written          exit 1
    ├── PlanError                 make a new plan                                    exit 1
    │   ├── StalePlanError          what the plan rests on has changed
    │   └── GuardError              the plan goes beyond what the settings allow
    └── NotGreenError             the run ended, but its sums do not close           exit 1
"""

from collections.abc import Sequence


class KpiloopError(Exception):
    """Anything that kpiloop can explain to the person who meets it.

    The message says what happened; `where` names the file, key, source or record; `legal`
    says what would have been right; `todo` says what to do next. No part ever holds a secret.
    """

    exit_code: int = 1

    def __init__(self, what: str, *, where: str = "", legal: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.legal = legal
        self.todo = todo

    def __str__(self) -> str:
        """The parts that are known, in the order in which one reads them."""
        parts = [self.what if not self.where else f"{self.where}: {self.what}"]
        if self.legal:
            parts.append(f"Legal: {self.legal}")
        if self.todo:
            parts.append(f"Next: {self.todo}")
        return "\n".join(parts)


class SettingsError(KpiloopError):
    """A setting must be corrected before the same call can work."""

    exit_code: int = 2


class ConfigError(SettingsError):
    """The configuration file or an environment variable says something that is not legal."""


class CredentialError(SettingsError):
    """A key is missing, wrong or has run out."""


class ScopeError(SettingsError):
    """The key is accepted, but lacks the right for this call."""


class DefinitionError(KpiloopError):
    """A measure, KPI, formula, tree or pack is not legal; found when it is loaded."""

    exit_code: int = 2


class PluginError(KpiloopError):
    """One plugin cannot be used; every other plugin works."""


class NotYetError(KpiloopError):
    """What is asked for rests on a step that was not taken yet."""


class UnreadError(NotYetError):
    """Sources could not be read, each for a reason of its own."""

    def __init__(self, what: str, causes: Sequence[KpiloopError]) -> None:
        super().__init__(what)
        self.causes = tuple(causes)
        self.exit_code = max(each.exit_code for each in causes)

    def __str__(self) -> str:
        """What that means, then each reason with what to do about it."""
        return "\n".join([f"{self.what}.", *map(str, self.causes)])


class BusyError(KpiloopError):
    """Another process holds what this one needs."""

    exit_code: int = 75


class VendorError(KpiloopError):
    """A vendor's system did not do what it was asked.

    `system` is the source's name, `method` and `path` the call (never its query string, which
    may hold keys), `status` the HTTP status or None where no answer came.
    """

    def __init__(  # noqa: PLR0913 - an error carries what its reader needs
        self,
        what: str,
        *,
        system: str = "",
        method: str = "",
        path: str = "",
        status: int | None = None,
        legal: str = "",
        todo: str = "",
    ) -> None:
        call = " ".join(part for part in (system, method, path) if part)
        super().__init__(what, where=call, legal=legal, todo=todo)
        self.system = system
        self.method = method
        self.path = path
        self.status = status


class UnavailableError(VendorError):
    """The vendor could not be reached or kept failing; the same call may work later."""


class QuotaError(VendorError):
    """The vendor's quota (day, hour) is used up; nothing more can be asked until its reset."""


class RefusedError(VendorError):
    """The vendor understood and says no; the same call will be refused again."""


class NotFoundError(RefusedError):
    """There is no such record or path."""


class UntrustedAnswerError(VendorError):
    """The answer cannot be used: too large, from another host, or not the promised format."""


class RecordError(KpiloopError):
    """One record is wrong; it is set aside with this reason, and the rest goes on."""


class StoreError(KpiloopError):
    """A database file of kpiloop cannot be read or written."""


class PlanError(KpiloopError):
    """A plan cannot be applied."""


class StalePlanError(PlanError):
    """What the plan was made from has changed since."""


class GuardError(PlanError):
    """The plan would change more than the settings allow."""


class NotGreenError(KpiloopError):
    """The run ended, but what was read and what was stored do not add up."""
