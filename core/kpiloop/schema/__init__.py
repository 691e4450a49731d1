"""The common schema: one pydantic model per entity; tables, docs and contract are made of it."""
