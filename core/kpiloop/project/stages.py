"""`[stages]`: which stage of the ladder each vendor's stage is."""

from collections.abc import Mapping
from typing import TypeAlias

NO_STAGE = ""

Stages: TypeAlias = Mapping[str, Mapping[str, str]]
"""Source → the vendor's stage → the ladder's; goes before what the connector knows.

`NO_STAGE`: the vendor's stage is none of the ladder.
"""
