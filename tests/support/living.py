"""A simulated account that lives: its clock, its calls, and the people who work in it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from kpiloop import ManualClock

TODAY = date(2026, 6, 15)
MORNING = datetime(2026, 6, 15, 6, tzinfo=UTC)
"""When a test begins: everything in the seeded company has happened before."""

Before = Callable[[str], None]
"""Told the path of each call before it is answered."""

Deed = Callable[[Any], str]
"""Something that somebody of a crew does; what it was, for the message of a test that fails."""


def undisturbed(path: str) -> None:
    """Nobody works in the account while it is read."""
    del path


@dataclass(kw_only=True)
class Living:
    """The clock of an account, which only the test moves, and whoever hears of its calls."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(MORNING))
    before: Before = undisturbed
    calls: list[str] = field(default_factory=list[str])

    def now(self) -> int:
        """Whole seconds since 1970."""
        return int(self.seconds())

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self.clock.now().timestamp()

    def wait(self, span: timedelta) -> None:
        """Let time pass, for the account and for whoever reads it."""
        self.clock.advance(span.total_seconds())

    def heard(self, app: ASGIApp) -> ASGIApp:
        """The application, each call of which is told before it is answered."""

        async def listen(scope: Scope, receive: Receive, send: Send) -> None:
            self.calls.append(f"{scope['method']} {scope['path']}")
            self.before(scope["path"])
            await app(scope, receive, send)

        return listen


def named(*deeds: Deed) -> Mapping[str, Deed]:
    """Deeds by their names, by which a history is drawn and told."""
    return {deed.__name__: deed for deed in deeds}


Place = TypeVar("Place", bound=Living)


@dataclass(kw_only=True)
class Crew(Generic[Place]):
    """People who work in an account all day; the same dice give the same day."""

    deeds: ClassVar[Mapping[str, Deed]]

    living: Place
    dice: random.Random

    def do(self, deed: str) -> str:
        """Do one thing, often in the same second as the one before."""
        if self.dice.random() < 0.5:
            self.living.clock.advance(self.dice.choice((0.4, 1, 20)))
        return self.deeds[deed](self)

    def anything(self) -> str:
        """Do whatever comes to mind."""
        return self.do(self.dice.choice([*self.deeds]))
