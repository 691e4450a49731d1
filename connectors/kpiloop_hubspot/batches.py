"""Reading by ids: histories and associations, in batches as large as HubSpot takes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import AliasPath, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from kpiloop import Read
from kpiloop.web_api import Answer, Api, Page
from kpiloop_hubspot.answers import refuse_partial
from kpiloop_hubspot.links import Associated
from kpiloop_hubspot.paths import ASSOCIATIONS, OBJECTS

HISTORY_BATCH = 50
"""Records that a batch read with history takes; without, it takes twice as many."""

ASSOCIATION_BATCH = 1_000

Item = TypeVar("Item")


class _To(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: int = Field(validation_alias="toObjectId")


class _Associated(BaseModel):
    """Whose associations are in an answer, and whether there are more of them."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(validation_alias=AliasPath("from", "id"))
    to: tuple[_To, ...] = ()
    after: str | None = Field(None, validation_alias=AliasPath("paging", "next", "after"))


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True)

    results: tuple[_Associated, ...] = ()


_PAGE = TypeAdapter(_Page)


def batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in order, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def waiting(read: Read) -> Sequence[str]:
    """The ids that are left to read: those behind the checkpoint."""
    if isinstance(read.checkpoint, str) and read.checkpoint in read.ids:
        return read.ids[read.ids.index(read.checkpoint) + 1 :]
    return read.ids


def histories(api: Api, of: str, read: Read, properties: Sequence[str]) -> Iterator[Page]:
    """All values that these properties ever had, of the records that are asked for.

    A record that is gone is not in the answer. One that was merged away answers as the record it
    became, so that nothing is left of its own history.
    """
    for ids in batched(waiting(read), HISTORY_BATCH):
        body: dict[str, JsonValue] = {
            "properties": ["hs_object_id"],
            "propertiesWithHistory": [*properties],
            "inputs": [{"id": each} for each in ids],
        }
        answer = api.post(OBJECTS.at(of, "batch", "read"), body)
        refuse_partial(answer)
        yield Page.json(answer.body, rows="results", checkpoint=ids[-1], replaces=ids)


def associations(
    api: Api, of: str, read: Read, models: Sequence[type[Associated]]
) -> Iterator[Page]:
    """What the records that are asked for are associated with.

    The last page of a batch says that all associations of its records are known now.
    """
    done = read.checkpoint
    for ids in batched(waiting(read), ASSOCIATION_BATCH):
        found = [
            (answer, model) for model in models for answer in _asked(api, of, model.to_entity, ids)
        ]
        for number, (answer, model) in enumerate(found, start=1):
            is_last = number == len(found)
            yield Page.json(
                answer.body,
                rows="results",
                of=model,
                checkpoint=ids[-1] if is_last else done,
                replaces=ids if is_last else (),
            )
        done = ids[-1]


def associated(api: Api, between: tuple[str, str], ids: Sequence[str]) -> Mapping[str, str]:
    """The records of the second type that these of the first have, each with the one it is of."""
    return {
        str(to.id): row.id
        for answer in _asked(api, *between, ids)
        for row in answer.parse(_PAGE).results
        for to in row.to
    }


def _asked(api: Api, of: str, to: str, ids: Sequence[str]) -> Iterator[Answer]:
    """One request, and more where records have so many associations that they come in pages."""
    path = ASSOCIATIONS.at(of, to, "batch", "read")
    inputs: list[JsonValue] = [{"id": each} for each in ids]
    while inputs:
        answer = api.post(path, {"inputs": inputs})
        refuse_partial(answer)
        yield answer
        inputs = _unfinished(answer)


def _unfinished(answer: Answer) -> list[JsonValue]:
    """The records of which more associations are to be had, each with its cursor."""
    if b'"paging"' not in answer.body:
        return []
    rows = answer.parse(_PAGE).results
    return [{"id": row.id, "after": row.after} for row in rows if row.after]
