"""The names of a new package, all made from the one that its author chose."""

import re
from dataclasses import dataclass
from typing import Self

from kpiloop.errors import ConfigError

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_LONGEST = 20
_LEGAL = (
    f"small letters and digits, words joined by -, beginning with a letter, at most {_LONGEST} "
    "characters: acme, big-crm"
)
_PREFIX = "kpiloop-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How one plugin is called in all the places where it has a name."""

    dashed: str
    """What follows `kpiloop-` in the name of the distribution."""

    @classmethod
    def of(cls, name: str) -> Self:
        """The names that follow from one; ConfigError where it is not legal."""
        if name.replace("_", "-").startswith(_PREFIX):
            raise ConfigError(
                f"{name!r} begins with {_PREFIX}, which is put before it",
                where="kpiloop new",
                todo=f"Leave {_PREFIX} out.",
            )
        if not _NAME.fullmatch(name) or len(name) > _LONGEST:
            raise ConfigError(
                f"{name!r} cannot be the name of a package",
                where="kpiloop new",
                legal=_LEGAL,
                todo="Choose such a name; what people read is written in the package itself.",
            )
        return cls(dashed=name.replace("_", "-"))

    @property
    def plugin(self) -> str:
        """The entry point, the connector and its table in kpiloop.toml: `big_crm`."""
        return self.dashed.replace("-", "_")

    @property
    def distribution(self) -> str:
        """What pip installs: `kpiloop-big-crm`."""
        return f"{_PREFIX}{self.dashed}"

    @property
    def package(self) -> str:
        """What Python imports: `kpiloop_big_crm`."""
        return self.distribution.replace("-", "_")

    @property
    def title(self) -> str:
        """What classes begin with: `BigCrm`."""
        return "".join(part.capitalize() for part in self.dashed.split("-"))

    @property
    def constant(self) -> str:
        """What variables of the environment hold: `BIG_CRM`."""
        return self.plugin.upper()
