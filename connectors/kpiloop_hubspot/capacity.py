"""What a key may do in an account, asked without changing anything.

A batch without rows changes nothing; a key without the right is turned away before HubSpot looks
at the rows.
"""

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from kpiloop import Capacity, RefusedError, ScopeError
from kpiloop.web_api import Api
from kpiloop_hubspot.paths import LIMITS, OBJECTS, PROPERTIES
from kpiloop_hubspot.properties import Properties

WRITABLE = ("contacts", "companies", "deals")
_TYPE_IDS = {"contacts": "0-1", "companies": "0-2", "deals": "0-3"}
KEYS = "Development > Keys > Service keys"
"""Where a HubSpot account gives keys their scopes."""


class _TypeLimit(BaseModel):
    model_config = ConfigDict(frozen=True)

    type_id: str = Field(default="", validation_alias="objectTypeId")
    limit: int
    usage: int


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True)

    by_type: tuple[_TypeLimit, ...] = Field(default=(), validation_alias="byObjectType")


_LIMITS = TypeAdapter(_Limits)


def may_write(api: Api, entity: str) -> bool:
    """Whether the key may change records."""
    return _may(api, OBJECTS.at(entity, "batch", "update"))


def may_define(api: Api, entity: str) -> bool:
    """Whether the key may make properties."""
    return _may(api, PROPERTIES.at(entity, "batch", "create"))


def capacity(api: Api, entity: str) -> Capacity:
    """What may be defined and written for one entity."""
    if entity not in WRITABLE:
        return Capacity(
            may_define=False,
            may_write=False,
            free_fields=None,
            reason=f"kpiloop writes to HubSpot's {', '.join(WRITABLE)}, not to {entity}",
        )
    missing = [
        scope
        for scope, allowed in (
            (f"crm.objects.{entity}.write", may_write(api, entity)),
            (f"crm.schemas.{entity}.write", may_define(api, entity)),
        )
        if not allowed
    ]
    return Capacity(
        may_write=f"crm.objects.{entity}.write" not in missing,
        may_define=f"crm.schemas.{entity}.write" not in missing,
        free_fields=_free(api, entity),
        fields=_ours(api, entity),
        reason=f"the key lacks {' and '.join(missing)}: add it under {KEYS}" if missing else "",
    )


def _may(api: Api, path: str) -> bool:
    try:
        api.post(path, {"inputs": []})
    except ScopeError:
        return False
    except RefusedError:
        return True
    return True


def _free(api: Api, entity: str) -> int | None:
    """How many properties can still be made; keys with few scopes are not told."""
    try:
        limits = api.get(LIMITS.at("custom-properties")).parse(_LIMITS)
    except (ScopeError, RefusedError):
        return None
    free = (each.limit - each.usage for each in limits.by_type if each.type_id == _TYPE_IDS[entity])
    return next(free, None)


def _ours(api: Api, entity: str) -> tuple[str, ...]:
    try:
        known = Properties(api, entity).known()
    except ScopeError:
        return ()
    return tuple(name for name, each in known.items() if each.is_ours)
