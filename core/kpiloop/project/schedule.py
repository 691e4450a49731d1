"""`[schedule]`: when `kpiloop serve` does what."""

import re
from typing import Annotated

from pydantic import AfterValidator

from kpiloop.project.section import Section

_EVERY = re.compile(r"every [1-9][0-9]* (minute|hour|day)s?")
_CRON_FIELDS = 5


def _when(value: str) -> str:
    if not _EVERY.fullmatch(value) and len(value.split()) != _CRON_FIELDS:
        raise ValueError(
            f"{value!r} is no schedule "
            '(legal: "every 15 minutes", or a line of cron: "0 6 * * mon-fri")'
        )
    return value


When = Annotated[str, AfterValidator(_when)]


class Schedule(Section):
    """No value: it is never done by itself."""

    pull: When | None = None
    cycle: When | None = None
