"""What a table may be read as: the entities of the common schema, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from kpiloop import PULLED, Record

ENTITIES: Mapping[str, type[Record]] = MappingProxyType({each.entity: each for each in PULLED})
