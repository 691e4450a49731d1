"""What happens at the company while kpiloop runs: four runs, and what people do between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from company.acme import AUTUMN, NEWS, OFFER, SPRING, Acme
from company.api import Row
from company.mailing import letters
from company.sales import LEAD
from loop.program import Answer, Project

KEPT = ("utm.campaign", "res.partner", LEAD)
"""The models that kpiloop writes to."""

PREFIX = "x_kpiloop_"
KNOWN = "_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What kpiloop said after a run, what Odoo then held, and what Odoo itself counts.

    Attributes:
        run: How the run ended.
        fields: Model, record → what stands in kpiloop's fields.
        written: Model, record → when it was last changed by anybody.
        mailings: Campaign → Odoo's numbers of its mailing.
        won: Campaign → Odoo's sum of what was won; "" is all of them.
        ordered: Campaign → Odoo's sum of confirmed orders.
    """

    run: Answer
    fields: Mapping[str, Mapping[int, Row]]
    written: Mapping[str, Mapping[int, str]]
    mailings: Mapping[str, Row]
    won: Mapping[str, float]
    ordered: Mapping[str, float]

    @property
    def sent(self) -> Mapping[str, int]:
        """How many values were planned, and what became of them."""
        counts: Mapping[str, int] = self.run.json["write_back"]
        return counts

    @property
    def pulled(self) -> Mapping[str, Mapping[str, Any]]:
        """What was read, by stream."""
        streams: Mapping[str, Mapping[str, Any]] = self.run.json["pull"]["odoo"]
        return streams

    def field(self, model: str, record: int, name: str) -> Decimal | None:
        """What one of kpiloop's fields holds; no value where its box is not checked."""
        row = self.fields[model].get(record, {})
        is_known = row.get(f"{PREFIX}{name}{KNOWN}")
        return Decimal(str(row[f"{PREFIX}{name}"])) if is_known else None


def moment(acme: Acme, project: Project) -> Moment:
    """Run kpiloop, and look around."""
    run = project("run", "--json")
    tables = {model: _table(acme, model) for model in KEPT}
    return Moment(
        run=run,
        fields=tables,
        written={
            model: {record: row["write_date"] for record, row in rows.items()}
            for model, rows in tables.items()
        },
        mailings={SPRING: acme.mailing(NEWS), AUTUMN: acme.mailing(OFFER)},
        won={
            "": acme.won(),
            **{
                title: acme.won(("campaign_id", "=", campaign))
                for title, campaign in acme.campaigns.items()
            },
        },
        ordered={
            title: acme.ordered(("campaign_id", "=", campaign))
            for title, campaign in acme.campaigns.items()
        },
    )


def changed_values(before: Moment, after: Moment) -> set[tuple[str, int, str]]:
    """The fields that hold something else than before; what went with its record, among them."""
    return {
        (model, record, name)
        for model, rows in before.fields.items()
        for record, row in rows.items()
        for name in _names(row)
        if before.field(model, record, name) != after.field(model, record, name)
    }


def go_on(acme: Acme) -> None:
    """Another day at the company: edits, a merger, a deletion, orders that change, late readers."""
    api, leads = acme.api, acme.leads
    api.write(LEAD, [leads["Cold storage"]], expected_revenue=9100.25)
    tags = [leads["Pallet tags"], leads["More pallet tags"]]
    (merged,) = api(LEAD, "merge_opportunity", ids=tags)
    acme.team.win(merged)
    api(LEAD, "action_archive", ids=[leads["Asks for a visit"]])
    api(LEAD, "unlink", ids=[leads["Dock sensors"]])
    acme.desk.add_to(acme.orders["ann"], trackers=1)
    acme.desk.cancel(acme.orders["bo"])
    acme.desk.confirm(acme.orders["cy"])
    letters(acme.sink, NEWS)["fay"].open()
    letters(acme.sink, OFFER)["cy"].click()


def _table(acme: Acme, model: str) -> dict[int, Row]:
    where = [("model", "=", model), ("name", "=like", f"{PREFIX}%")]
    ours = [row["name"] for row in acme.api.read("ir.model.fields", where, "name")]
    return {row["id"]: row for row in acme.api.read(model, [], "write_date", *ours)}


def _names(row: Row) -> list[str]:
    boxes = [name for name in row if name.startswith(PREFIX) and name.endswith(KNOWN)]
    return [name.removeprefix(PREFIX).removesuffix(KNOWN) for name in boxes]
