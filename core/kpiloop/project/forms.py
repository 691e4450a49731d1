"""`[forms]`: what forms are for."""

from collections.abc import Mapping
from typing import TypeAlias

from kpiloop.project.section import Name

Forms: TypeAlias = Mapping[Name, tuple[str, ...]]
"""Kind → ids or names of forms, with `*` and `?`; the first kind that fits counts.

The bundled KPIs know the kinds inquiry, content, application and newsletter.
"""
