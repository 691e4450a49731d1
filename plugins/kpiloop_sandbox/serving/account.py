"""What the simulated account of any vendor has: options, a clock, and counters."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import TypeAdapter


@dataclass(slots=True)
class Counters:
    """What happened since the last reset, for tests and demos."""

    requests: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    records_written: int = 0

    def as_json(self) -> dict[str, object]:
        """The counters for the control endpoint."""
        return {
            "requests": dict(self.requests),
            "total": self.requests.total(),
            "refused": dict(self.refused),
            "recordsWritten": self.records_written,
        }


class Options(Protocol):
    """How an account behaves: a frozen dataclass, whose secrets stay out of its repr."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def latency_ms(self) -> float:
        """What is added to every answer."""
        ...

    @property
    def clock_offset_seconds(self) -> float:
        """How far the account's clock is ahead."""
        ...


OptionsType = TypeVar("OptionsType", bound=Options)
CountersType = TypeVar("CountersType", bound=Counters)


class SimulatedAccount(Generic[OptionsType, CountersType]):
    """One customer's account at a vendor. `clock` gives seconds since the epoch."""

    def __init__(
        self, options: OptionsType, clock: Callable[[], float], counters: CountersType
    ) -> None:
        self.counters = counters
        self._clock = clock
        self.set_options(options)

    def set_options(self, options: OptionsType) -> None:
        """Behave by other options from now on; limits start afresh."""
        self.options = options

    def change_options(self, given: Mapping[str, object]) -> dict[str, object]:
        """Replace some of the options, and return what holds of them now, but no secrets.

        Raises:
            ValueError: there is no such option, or its value is not legal.
        """
        legal = {each.name: each for each in fields(self.options)}
        unknown = sorted(given.keys() - legal)
        if unknown:
            raise ValueError(f"No such option: {unknown[0]}. Legal: {', '.join(sorted(legal))}")
        kind = TypeAdapter(type(self.options))
        self.set_options(kind.validate_python({**asdict(self.options), **given}))
        return {name: getattr(self.options, name) for name in given if legal[name].repr}

    def reset(self) -> None:
        """Start counters and limits afresh."""
        self.counters = type(self.counters)()
        self.set_options(self.options)

    def now(self) -> float:
        """The account's time in seconds since the epoch."""
        return self._clock() + self.options.clock_offset_seconds
