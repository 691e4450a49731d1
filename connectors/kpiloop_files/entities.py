"""What a table may be read as: the entities of the common schema, by name."""

from kpiloop import entities

ENTITIES = entities()
