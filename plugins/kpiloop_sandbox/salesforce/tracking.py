"""What follows from a write: names, the meaning of a stage, and the records of what changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpiloop_sandbox.salesforce.catalogue.objects import OBJECTS_BY_NAME
from kpiloop_sandbox.salesforce.catalogue.sobject import SObject
from kpiloop_sandbox.salesforce.ids import record_id
from kpiloop_sandbox.salesforce.store import Row, Store, Value

_MADE_HERE = 800_000_000
_OF_STAGE = ("Amount", "StageName", "Probability", "CloseDate")
_NAMED = frozenset({"Lead", "Contact", "User"})
_FIELD_HISTORY = {"Lead": ("LeadHistory", "LeadId", "Status")} | {
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId", "StageName")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """Keeps what depends on a record in step with it."""

    store: Store
    now: int
    user: str

    def follow(self, entity: SObject, old: Row, new: Row) -> dict[str, Value]:
        """The further values of the same record that follow from new ones."""
        whole = {**old, **new}
        if entity.name in _NAMED:
            names = (whole.get("FirstName"), whole.get("LastName"))
            return {"Name": " ".join(str(name) for name in names if name)}
        if entity.name == "Opportunity" and "StageName" in new:
            return self._of_stage(new)
        if entity.name == "Task" and "Status" in new:
            return {"IsClosed": int(new["Status"] == "Completed")}
        return {}

    def note(self, entity: SObject, old: Row, new: Mapping[str, Value]) -> None:
        """Keep what changed in the objects that are made for it."""
        if entity.name == "Opportunity" and any(old.get(n) != new.get(n) for n in _OF_STAGE):
            self._add("OpportunityHistory", {"OpportunityId": new["Id"], **_snapshot(new)})
        if entity.name not in _FIELD_HISTORY or not old:
            return
        name, parent, field = _FIELD_HISTORY[entity.name]
        if old.get(field) != new.get(field):
            change = {"OldValue": old.get(field), "NewValue": new.get(field)}
            kind = {"Field": field, "DataType": "DynamicEnum"}
            self._add(name, {parent: new["Id"], **kind, **change})

    def _of_stage(self, new: Row) -> dict[str, Value]:
        stage = self.store.find(
            OBJECTS_BY_NAME["opportunitystage"], "ApiName", new.get("StageName")
        )
        if stage is None:
            return {"IsClosed": 0, "IsWon": 0}
        follows = {"IsClosed": stage["IsClosed"], "IsWon": stage["IsWon"]}
        if "Probability" not in new:
            follows["Probability"] = stage["DefaultProbability"]
        return follows

    def _add(self, name: str, values: Row) -> None:
        entity = OBJECTS_BY_NAME[name.lower()]
        number = _MADE_HERE + self.store.last_number(entity) + 1
        row = {
            **values,
            "Id": record_id(entity.prefix, number),
            "CreatedDate": self.now,
            "CreatedById": self.user,
        }
        if entity.has("SystemModstamp"):
            row["SystemModstamp"] = self.now
        self.store.load(name, [row])


def _snapshot(new: Mapping[str, Value]) -> dict[str, Value]:
    return {name: new.get(name) for name in (*_OF_STAGE, "CurrencyIsoCode")}
