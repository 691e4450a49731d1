"""How near to a vendor's limit a piece of work came: told and judged alike for all vendors.

A simulated vendor, a process of its own, turns down what goes beyond its limits and notes when
each request arrives. The time from the first to the last is compared with the least in which the
limit lets so many through.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import requests
from machine import Machine
from pydantic import TypeAdapter

LATENCY_MS = 150
"""What every answer takes."""
LEAST = 0.95
"""The part of a limit that must be used."""
TOO_MANY = 429
Note = tuple[float, str, int]
"""When a request arrived, its path and its status."""
_NOTES = TypeAdapter(list[Note])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One piece of work: how long its calls took, and how long they had to take."""

    name: str
    calls: int
    seconds: float
    least: float
    refused: int
    is_one_limit: bool = True
    """Whether one limit governs from beginning to end, so that the goal holds."""

    @property
    def used(self) -> float:
        """The part of the limit that was used."""
        return self.least / self.seconds

    @property
    def is_missed(self) -> bool:
        """Whether a call was turned down, or too little of the limit used."""
        return bool(self.refused) or (self.is_one_limit and self.used < LEAST)

    def __str__(self) -> str:
        cells = (self.name, f"{self.calls:,}", f"{self.seconds:.1f}", f"{self.least:.1f}")
        return f"| {' | '.join(cells)} | **{self.used:.1%}** | {self.refused} |"


def least(calls: int, limit: int, per: float) -> float:
    """Seconds from the first to the last of so many calls, each sent as soon as it may be."""
    return (calls - 1) // limit * per if calls else 0.0


def refused(notes: Iterable[Note]) -> int:
    """How many calls were turned down."""
    return sum(status == TOO_MANY for *_, status in notes)


def noted(base_url: str) -> Sequence[Note]:
    """Every request since the last time, in order."""
    answer = requests.get(f"{base_url}/notes", timeout=10)
    return sorted(_NOTES.validate_json(answer.content))


def at_once(name: str, base_url: str, part: str, connections: int) -> Row:
    """What was asked of paths with this part, where so many may be under way at once."""
    notes = noted(base_url)
    arrived = [moment for moment, path, _ in notes if part in path]
    return Row(
        name=name,
        calls=len(arrived),
        seconds=arrived[-1] - arrived[0],
        least=least(len(arrived), connections, LATENCY_MS / 1_000),
        refused=refused(notes),
    )


def judged(rows: Iterable[Row]) -> str | None:
    """Print the rows as they come and what else the machine did; what is wrong with them."""
    print("| work | calls | seconds | least | of the limit | turned down |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    missed = False
    with Machine() as machine:
        for row in rows:
            print(row, flush=True)
            missed |= row.is_missed
    print(machine)
    return f"a limit must be used by {LEAST:.0%}, and no call turned down" if missed else None
