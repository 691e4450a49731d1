"""Resolving a million contacts over three systems: what joining people costs.

Each person is in the CRM; two of five are in a sales system too, which knows the id in the CRM and
mostly another address, and two of five in a newsletter system, which knows the address alone. The
sales system tells ten years of daily rates of thirty currencies. Then once more after some contacts
changed, which is to take a small part of that work, and with nothing changed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from kpiloop.warehouse.store import Warehouse

CONTACTS = 1_000_000
MOST_SECONDS = 30
MOST_SECONDS_UNCHANGED = 3
MOST_WORK = {1_000: 0.15, 10_000: 0.3}
"""Changed contacts → share of the CPU seconds of resolving everything: a tenth for starting, a
look at all rows and planning the statements, and then what is tied to the changed ones."""
PEOPLE_PER_CONTACT = 5 / 9
COMPANY = Path(__file__).with_name("compute") / "company.py"
OTHER_SYSTEMS = """
INSERT INTO pulled.contacts BY NAME
SELECT 'sales' AS source, 'S' || id AS id, first_name, last_name, 'crm:' || id AS same_as,
    CASE WHEN id::BIGINT % 4 = 0 THEN email ELSE 'work' || id || '@firm.example' END AS email,
    created_at + INTERVAL 3 DAY AS created_at
FROM pulled.contacts
WHERE source = 'crm' AND id::BIGINT % 5 < 2;
INSERT INTO pulled.contacts BY NAME
SELECT 'newsletter' AS source, 'N' || id AS id, upper(email) AS email,
    created_at + INTERVAL 9 DAY AS created_at
FROM pulled.contacts
WHERE source = 'crm' AND id::BIGINT % 5 >= 3;
INSERT INTO pulled.exchange_rates BY NAME
SELECT 'sales' AS source, code || ':' || day AS id, 'C' || lpad(code::VARCHAR, 2, '0') AS currency,
    DATE '2016-01-01' + day::INTEGER AS valid_from, 1.5 + code / 100 AS rate
FROM range(30) AS codes(code), range(3650) AS days(day);
"""

CHANGE = """
UPDATE pulled.contacts SET country = 'LU', email = 'new' || email
WHERE source = 'crm' AND id::BIGINT % $every = 7
"""


def run(*arguments: object) -> str:
    """What a process of its own prints."""
    command = [sys.executable, str(COMPANY), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def resolved(path: Path, what: str, most_seconds: float) -> float:
    """Resolve, print what it took, and judge it; the CPU seconds."""
    people, seconds, cpu_seconds, megabytes = run("resolve", path).split()
    print(
        f"{what}: {int(people):,} people in {float(seconds):.1f} s, "
        f"{float(cpu_seconds):.1f} CPU seconds, {megabytes} MB"
    )
    if float(seconds) > most_seconds:
        sys.exit(f"more than {most_seconds} s")
    return float(cpu_seconds)


def change(path: Path, number: int, *, of_people: int) -> None:
    """Give so many contacts of the CRM another address and country."""
    with Warehouse.open(path) as warehouse, warehouse.transaction() as connection:
        connection.execute(CHANGE, {"every": max(8, of_people // number)})


def main() -> None:
    """Make the company, resolve it in a process of its own, and again."""
    contacts = int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        run("make", path, round(contacts * PEOPLE_PER_CONTACT))
        with Warehouse.open(path) as warehouse, warehouse.transaction() as connection:
            connection.execute(OTHER_SYSTEMS)
        whole = resolved(path, f"{contacts:,} contacts of three systems", MOST_SECONDS)
        for changed, most in MOST_WORK.items():
            change(path, changed, of_people=round(contacts * PEOPLE_PER_CONTACT))
            part = resolved(path, f"after {changed:,} contacts changed", MOST_SECONDS)
            print(f"that is {part / whole:.1%} of the work")
            if part > whole * most:
                sys.exit(f"more than {most:.0%}")
        resolved(path, "with nothing changed", MOST_SECONDS_UNCHANGED)


if __name__ == "__main__":
    main()
