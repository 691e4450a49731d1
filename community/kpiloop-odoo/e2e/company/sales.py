"""Leads and opportunities, and what sales people do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from company.api import OdooApi

LEAD = "crm.lead"
CONVERT = "crm.lead2opportunity.partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Somebody who asks for something, and how it ends."""

    name: str
    who: str
    amount: float
    campaign: str
    stages: Sequence[str] = ()
    ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesTeam:
    """Those who work with leads, and whom they know."""

    api: OdooApi
    partners: Mapping[str, int]
    campaigns: Mapping[str, int]

    def work_on(self, sale: Sale) -> int:
        """Take a lead to where it ends, step by step, and say its id."""
        (lead,) = self.api.create(
            LEAD,
            {
                "name": sale.name,
                "type": "lead",
                "contact_name": sale.who.title(),
                "email_from": f"{sale.who}@brandt.example",
                "expected_revenue": sale.amount,
                "campaign_id": self.campaigns[sale.campaign],
                "medium_id": self._id_of("utm.medium", "Email"),
                "source_id": self._id_of("utm.source", "Newsletter"),
            },
        )
        if sale.stages or sale.ends:
            self._convert(lead, self.partners[sale.who])
        for stage in sale.stages:
            self.api.write(LEAD, [lead], stage_id=self._id_of("crm.stage", stage))
        if sale.ends == "won":
            self.win(lead)
        elif sale.ends:
            self.lose(lead, sale.ends)
        return lead

    def win(self, lead: int) -> None:
        """Press "Won"."""
        self.api(LEAD, "action_set_won", ids=[lead])

    def lose(self, lead: int, reason: str) -> None:
        """Press "Lost", and say why."""
        reason_id = self._id_of("crm.lost.reason", reason)
        self.api(LEAD, "action_set_lost", ids=[lead], lost_reason_id=reason_id)

    def _convert(self, lead: int, partner: int) -> None:
        """Go through the dialogue that makes an opportunity of a lead."""
        where = {"active_model": LEAD, "active_id": lead, "active_ids": [lead]}
        chosen = {"name": "convert", "action": "exist", "partner_id": partner}
        (dialogue,) = self.api(CONVERT, "create", vals_list=[chosen], context=where)
        self.api(CONVERT, "action_apply", ids=[dialogue], context=where)

    def _id_of(self, model: str, name: str) -> int:
        (row,) = self.api.read(model, [("name", "=", name)], "id")
        found: int = row["id"]
        return found
