"""Pulls a company again and again, each time in a process that is killed at a random moment.

The parent imports everything and then only forks, so that a pull begins at once; it never opens the
warehouse itself, because a fork would take the database's threads along. The company changes
between pulls. After each kill the next child opens the warehouse, checks what is stored, and goes
on. Prints how many were killed and what is wrong, as JSON.
"""

import json
import os
import random
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kpiloop.clock import ManualClock
from kpiloop.engine.pull.run import PullRequest, pull
from kpiloop.warehouse.store import Warehouse
from support.memory_vendor import START, AcmeData, Directory

CONTACTS, DEALS = 200, 40
REQUEST = PullRequest(batch_rows=25)


@dataclass(kw_only=True)
class Company:
    """A company that changes; every change of a contact raises its version."""

    chance: random.Random
    clock: ManualClock
    data: AcmeData = field(default_factory=lambda: AcmeData(page_size=9))
    versions: dict[str, int] = field(default_factory=dict[str, int])
    floor: dict[str, int] = field(default_factory=dict[str, int])
    """The versions that a pull which ended well has certainly stored."""

    def __post_init__(self) -> None:
        self.data.slices = tuple("0123456789")
        for number in range(CONTACTS):
            self.edit(number)
        for number in range(DEALS):
            self.edit_deal(str(number))

    def edit(self, number: int) -> None:
        """Change a contact, and with it its history."""
        key = str(number)
        version = self.versions[key] = self.versions.get(key, 0) + 1
        self.data.contact(number, self.clock.now(), stage=f"v{version}")
        steps = [
            {"stage": f"v{each}", "at": (START + timedelta(minutes=each)).isoformat()}
            for each in range(max(1, version - 3), version + 1)
        ]
        self.data.histories[key] = {"id": key, "steps": steps}

    def delete(self, number: int) -> None:
        """Delete a contact: only the list of ids tells. A later edit brings it back."""
        self.data.contacts.pop(str(number), None)
        self.data.histories.pop(str(number), None)

    def edit_deal(self, key: str) -> None:
        """Change a deal and its links."""
        self.data.deals[key] = {"id": key, "name": f"deal {self.chance.random()}"}
        self.data.links[key] = [
            {"id": f"{key}-{each}", "parent_id": key, "to_id": str(each)}
            for each in range(self.chance.randint(0, 3))
        ]

    def live_on(self) -> None:
        """Let some time pass and some things happen."""
        self.clock.advance(30)
        for _ in range(self.chance.randint(0, 12)):
            self.edit(self.chance.randrange(CONTACTS))
        for _ in range(self.chance.randint(0, 3)):
            self.delete(self.chance.randrange(CONTACTS))
        key = str(self.chance.randrange(DEALS))
        if self.chance.random() < 0.3:
            self.data.deals.pop(key, None)
        else:
            self.edit_deal(key)


def check(warehouse: Warehouse, company: Company) -> list[str]:
    """What must hold at every moment: nothing twice, nothing lost, nothing made up."""
    with warehouse.cursor() as cursor:
        problems = [
            f"{entity} {record_id} stands {times} times"
            for entity in ("contacts", "stage_changes", "deals", "links")
            for record_id, times in cursor.execute(
                f"SELECT id, count(*) FROM pulled.{entity} GROUP BY id HAVING count(*) > 1"
            ).fetchall()
        ]
        rows = cursor.execute("SELECT id, stage FROM pulled.contacts").fetchall()
    stored = {key: int(stage.removeprefix("v")) for key, stage in rows}
    for key, version in company.floor.items():
        if not version <= stored.get(key, 0) <= company.versions[key]:
            problems.append(f"contact {key}: {version}, {stored.get(key)}, {company.versions[key]}")
    return problems


def compare(warehouse: Warehouse, company: Company) -> list[str]:
    """What must hold after a pull that ended well: the warehouse is the source."""
    data = company.data
    expected: dict[str, list[tuple[object, ...]]] = {
        "SELECT id, stage, email FROM pulled.contacts WHERE deleted_at IS NULL": [
            (key, row["properties"]["stage"], row["properties"]["email"])
            for key, row in data.contacts.items()
        ],
        "SELECT parent_id, stage FROM pulled.stage_changes WHERE deleted_at IS NULL": [
            (key, step["stage"]) for key, row in data.histories.items() for step in row["steps"]
        ],
        "SELECT id, name FROM pulled.deals WHERE deleted_at IS NULL": [
            (key, row["name"]) for key, row in data.deals.items()
        ],
        "SELECT id, to_id FROM pulled.links WHERE deleted_at IS NULL": [
            (link["id"], link["to_id"]) for key in data.deals for link in data.links[key]
        ],
    }
    with warehouse.cursor() as cursor:
        return [
            f"{query}: {sorted(set(found) ^ set(rows))[:5]}"
            for query, rows in expected.items()
            if sorted(found := cursor.execute(query).fetchall()) != sorted(rows)
        ]


def pull_once(path: Path, company: Company) -> list[str]:
    """Open, check, pull, compare; what is wrong."""
    with Warehouse.open(path, threads=1, memory_limit="200MB") as warehouse:
        problems = check(warehouse, company)
        report = pull(warehouse, Directory(company.data, company.clock), REQUEST)
        problems += [f"{name}: {error}" for name, error in report.failed.items()]
        return problems + compare(warehouse, company)


def in_child(path: Path, company: Company, patience: float) -> list[str] | None:
    """What a child finds wrong in a pull; None where it was killed before it came to its end."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = pull_once(path, company)
        except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
            found = [repr(error)]
        os.write(sender, json.dumps(found).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver, "rb") as answers:
        if not select.select([answers], [], [], patience)[0]:
            os.kill(child, signal.SIGKILL)
        told = answers.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else None


def main(path: str, kills: str) -> None:
    """Pull until so many children were killed, and once more to the end."""
    chance = random.Random(20260321)  # noqa: S311 - not for secrets
    company = Company(chance=chance, clock=ManualClock(START + timedelta(hours=1)))
    warehouse = Path(path)
    problems = in_child(warehouse, company, patience=120) or []
    usual = 1.0
    killed = ended = 0
    while killed < int(kills) and not problems:
        company.live_on()
        started = time.monotonic()
        told = in_child(warehouse, company, patience=chance.random() * usual * 1.3)
        if told is None:
            killed += 1
        else:
            ended += 1
            usual = (usual + time.monotonic() - started) / 2
            problems += told
            # Of a contact that was changed and deleted since, nobody was told the change.
            company.floor |= {key: company.versions[key] for key in company.data.contacts}
    for _ in range(2):
        company.live_on()
        problems += in_child(warehouse, company, patience=120) or []
    print(json.dumps({"killed": killed, "ended": ended, "problems": problems}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
