"""Which wire models can be read without a Python object per row."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import AliasChoices, AliasPath, ConfigDict, Field, field_validator

from kpiloop.engine.pull.quick import is_quick
from kpiloop.engine.pull.spelling import spelling_of
from kpiloop.schema.fields import Text, Whole
from kpiloop.schema.record import Wire
from kpiloop.schema.terms import Key, Term
from support.memory_vendor import AcmeContact, AcmeDeal, AcmeHistory
from support.things import FalseThing, WireThing


class WithRule(WireThing):
    """A wire model with a rule of its own."""

    @field_validator("name")
    @classmethod
    def _upper(cls, name: str | None) -> str | None:
        return name and name.upper()


class WithChoices(WireThing):
    """A wire model with a field in one of two places."""

    name: Text = Field(None, validation_alias=AliasChoices("name", "title"))


class WithOtherType(WireThing):
    """A wire model with a type that is not the schema's."""

    name: Annotated[Text, Field(max_length=5)] = None


class WithOtherSettings(WireThing):
    """A wire model that reads texts in its own way."""

    model_config = ConfigDict(str_to_lower=True)


class WithSeveralRecords(WireThing):
    """A wire model whose row is several records."""

    def records(self) -> Sequence[Any]:
        """Itself, twice."""
        return (self, self)


class WithListPlace(WireThing):
    """A wire model that looks into a list."""

    name: Text = Field(None, validation_alias=AliasPath("names", 0))


class WithCases(WireThing):
    """A wire model with two names that differ only in case."""

    name: Text = Field(None, validation_alias="Size")
    size: Whole = Field(None, validation_alias="size")


class WithFalseAndDefault(FalseThing):
    """A wire model whose field is something else where the vendor says false."""

    name: Text = "nobody"


class WithFalseFarDown(FalseThing):
    """A wire model with a field in an object in an object, of which either may be false."""

    name: Text = Field(None, validation_alias=AliasPath("a", "b", "c"))


class WithFalseAndKeys(FalseThing):
    """A wire model that makes keys, of which it must know whether they are false."""

    made_keys: ClassVar[Mapping[str, Term]] = {"name": Key("title")}

    name: Text = None


@pytest.mark.parametrize(
    "model",
    [
        WithFalseAndDefault,
        WithFalseFarDown,
        WithFalseAndKeys,
        WithRule,
        WithChoices,
        WithOtherType,
        WithOtherSettings,
        WithSeveralRecords,
        WithListPlace,
        WithCases,
        AcmeDeal,
        AcmeHistory,
    ],
)
def test_models_with_rules_of_their_own_are_never_read_quickly(model: type[Wire]) -> None:
    """What the database cannot know about a wire model keeps it on the slow way."""
    assert not is_quick(spelling_of(model, {}))


@pytest.mark.parametrize("model", [WireThing, FalseThing, AcmeContact])
def test_plain_models_are_read_quickly(model: type[Wire]) -> None:
    """An entity with the schema's own types is read without a Python object per row."""
    assert is_quick(spelling_of(model, {}))
    assert is_quick(spelling_of(model, {"contacts": {"product": "properties.line"}}))
