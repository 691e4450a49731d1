"""Whom a company knows: contacts and companies."""

from typing import ClassVar

from kpiloop.schema.fields import Flag, Instant, Text, Whole
from kpiloop.schema.record import Record


class Contact(Record):
    """A person as one system knows them."""

    entity: ClassVar[str] = "contacts"
    singular: ClassVar[str] = "contact"

    email: Text = None
    first_name: Text = None
    last_name: Text = None
    job_title: Text = None
    country: Text = None
    company_id: Text = None
    owner_id: Text = None
    stage: Text = None
    """The vendor's own name of the stage; `[stages]` maps it to the ladder."""
    original_source: Text = None
    """Where the vendor says that the person first came from; `[channels]` groups it."""
    original_source_detail: Text = None
    utm_source: Text = None
    utm_medium: Text = None
    utm_campaign: Text = None
    product: Text = None
    segment: Text = None
    form_id: Text = None
    created_at: Instant = None
    opted_out: Flag = None
    opted_out_at: Instant = None
    merged_ids: Text = None
    """Ids of the records that were merged into this one, separated by `;`."""
    same_as: Text = None
    """Other contacts that are the same person, separated by `;`: `<id>` in the own system,
    `<source>:<id>` in another."""


class Company(Record):
    """An organisation as one system knows it."""

    entity: ClassVar[str] = "companies"
    singular: ClassVar[str] = "company"

    name: Text = None
    domain: Text = None
    country: Text = None
    industry: Text = None
    employees: Whole = None
    owner_id: Text = None
    segment: Text = None
    product: Text = None
    created_at: Instant = None
    merged_ids: Text = None
    """Ids of the records that were merged into this one, separated by `;`."""
    same_as: Text = None
    """Other companies that are the same, as of a contact."""


class Segment(Record):
    """A named part of the contacts: an audience, a tag, or what a list or filter selects."""

    entity: ClassVar[str] = "segments"
    singular: ClassVar[str] = "segment_record"

    name: Text = None
    kind: Text = None
    """audience, tag, static or saved."""
    members: Whole = None
    """How many the vendor counts."""
    created_at: Instant = None


class SegmentMember(Record):
    """A contact that is in a segment now."""

    entity: ClassVar[str] = "segment_members"
    singular: ClassVar[str] = "segment_member"
    child_of: ClassVar[str] = "segments"

    parent_id: Text = None
    """The segment's id."""
    contact_id: Text = None
    added_at: Instant = None
