"""`kpiloop explain person E-MAIL`: who a person is over all systems, and why."""

from collections.abc import Sequence
from datetime import datetime

from kpiloop.cli.application import Application
from kpiloop.engine.cycle.cycle import Cycle
from kpiloop.engine.resolve.person import Person, Row, people_known_as
from kpiloop.errors import NotYetError

_REASONS = {
    "address": "has the address {why}, as {joined_to} has",
    "same_as": "is told to be {why}",
    "merged": "was merged into {joined_to}",
    "never_join": "was kept apart from {joined_to} by [[people.never_join]], in spite of {why}",
}


def explain_person(app: Application, known_as: str) -> None:
    """Show the people who have an address, or one contact's person.

    Raises NotYetError where nothing was computed, or nobody is known by that name.
    """
    with Cycle.begin(app.project, app.host, app.clock) as cycle:
        if cycle.values.latest_set() is None:
            raise NotYetError("nothing was computed yet", todo="run `kpiloop run`")
        with cycle.warehouse() as warehouse, warehouse.cursor() as connection:
            people = people_known_as(connection, known_as)
    if not people:
        raise NotYetError(
            f"nobody who counts is known as {known_as}",
            legal="an e-mail address, or a contact as <source>:<id>",
            todo="run `kpiloop run`, unless [exclude] leaves them out or their system deleted them",
        )
    app.output.data(people)
    for person in people:
        _show(app, person, app.project.currency)
    if len(people) > 1:
        app.output.say(f"\n{len(people)} people have this address: see `shared` and `never_join`.")


def _show(app: Application, person: Person, currency: str) -> None:
    said = person.person
    name = " ".join(each for each in (said["first_name"], said["last_name"]) if each)
    app.output.say(f"\n{name or said['email'] or said['person_id']} ({said['person_id']})")
    facts = [(each, said[each]) for each in ("email", "stage", "channel", "campaign", "company")]
    facts += [
        (each.removesuffix("_at").replace("_", " "), _day(said[each]))
        for each in said
        if each.startswith("became_") or each == "opted_out_at"
    ]
    app.output.table(("", ""), [fact for fact in facts if fact[1]])
    _table(app, "Contacts", person.contacts)
    if person.joins:
        app.output.say("\nWhy they are one:")
    for join in person.joins:
        app.output.say(f"  {join['contact']} {_REASONS[join['rule']].format(**join)}")
    _table(app, "Stages", person.stages)
    _table(app, "Deals", [_with_currency(deal, currency) for deal in person.deals])


def _with_currency(deal: Row, currency: str) -> Row:
    """A deal whose amount says in what it is told."""
    shown = {name.removesuffix("_home"): value for name, value in deal.items()}
    if shown["amount"] is not None:
        shown["amount"] = f"{shown['amount']:,.2f} {currency}"
    return shown


def _table(app: Application, title: str, rows: Sequence[Row]) -> None:
    if rows:
        app.output.table(
            [name.replace("_", " ") for name in rows[0]],
            [[_cell(value) for value in row.values()] for row in rows],
            title=f"\n{title}",
        )


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    return _day(value) if isinstance(value, datetime) else value


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else ""
