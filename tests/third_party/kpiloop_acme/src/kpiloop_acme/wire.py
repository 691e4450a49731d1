"""How Acme spells a contact."""

from typing import Annotated

from pydantic import AliasPath, Field

from kpiloop import Contact, Deleted, Id, Instant, Modified, Text


class AcmeContact(Contact):
    """A contact, as Acme sends it."""

    id: Id = Field(validation_alias="contactId")
    email: Text = Field(None, validation_alias=AliasPath("properties", "email"))
    country: Text = Field(None, validation_alias=AliasPath("properties", "country"))
    stage: Text = Field(None, validation_alias=AliasPath("properties", "stage"))
    opted_out_at: Instant = Field(None, validation_alias=AliasPath("properties", "no_mail_since"))
    created_at: Instant = Field(None, validation_alias="createdAt")
    modified_at: Annotated[Instant, Modified()] = Field(None, validation_alias="updatedAt")
    deleted_at: Annotated[Instant, Deleted()] = Field(None, validation_alias="deletedAt")
