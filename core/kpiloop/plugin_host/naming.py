"""Whether what a plugin brings can be used by its name and columns."""

from kpiloop.kpi.names import LEGAL_NAME, NAME
from kpiloop.schema.record import Record, columns_of


def is_name(name: object) -> bool:
    """Whether it is a text that can be a name."""
    return isinstance(name, str) and NAME.fullmatch(name) is not None


def entity_problem(entity: type[Record]) -> str:
    """What is wrong with the names and columns of an entity; empty: nothing."""
    for word in ("entity", "singular"):
        if not is_name(getattr(entity, word, None)):
            return f'which needs {word} = "…" ({LEGAL_NAME})'
    try:
        columns_of(entity)
    except TypeError as error:
        return f"but {error}"
    return ""
