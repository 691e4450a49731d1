"""The state of the simulated account: audiences, members, campaigns and deliveries.

A seed fills it in bulk; the API reads and changes it record by record. It lives in memory or in
a file. What is small and has no ways of its own is kept as documents, by collection.
"""

import json
from collections.abc import Iterable
from itertools import islice

from kpiloop_sandbox.mailchimp import campaign_shapes, shapes
from kpiloop_sandbox.mailchimp.deliveries import Deliveries
from kpiloop_sandbox.mailchimp.members import Members
from kpiloop_sandbox.mailchimp.objects import (
    Document,
    StoredAudience,
    StoredCampaign,
    StoredDelivery,
    StoredMember,
    StoredSegment,
)
from kpiloop_sandbox.mailchimp.recipients import Recipients
from kpiloop_sandbox.mailchimp.tables import SCRIPT
from kpiloop_sandbox.mailchimp.tags import Tags
from kpiloop_sandbox.serving.database import Closing, Database, Documents

LISTS, CAMPAIGNS = "lists", "campaigns"
_CHUNK = 2_000


class Store(Closing):
    """One account. Close it when done, or use it as a context manager.

    `path` is a file or `:memory:`. Methods may be called from any thread.
    """

    def __init__(self, path: str = ":memory:") -> None:
        self.database = Database(path, SCRIPT)
        self._documents = Documents(self.database)
        self.members = Members(self.database)
        self.tags = Tags(self.database, self._documents)
        self.deliveries = Deliveries(self.database)
        self.recipients = Recipients(self.database)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self.database.close()

    # ── filling in bulk ──────────────────────────────────────────────────────────────────────

    def load_audiences(self, audiences: Iterable[StoredAudience]) -> None:
        """Add audiences with their merge fields."""
        for each in audiences:
            self.put(LISTS, shapes.audience(each))
            for number, stored in enumerate(each.fields, start=1):
                definition = shapes.merge_field(each.id, stored, number, number + 1)
                self.put(fields_of(each.id), definition, key="merge_id")

    def load_segments(self, segments: Iterable[StoredSegment]) -> None:
        """Add saved segments; tags come with the members who bear them."""
        for each in segments:
            self.tags.put(shapes.saved_segment(each))

    def load_members(self, members: Iterable[StoredMember]) -> int:
        """Add members and return how many; a generator is read in chunks."""
        count, iterator = 0, iter(members)
        with self.database.transaction():
            while chunk := list(islice(iterator, _CHUNK)):
                documents = [shapes.member(each) for each in chunk]
                for stored, document in zip(chunk, documents, strict=True):
                    if stored.tags:
                        self.tags.give(document, stored.tags, document["last_changed"])
                count += self.members.put(documents)
        return count

    def load_campaigns(self, campaigns: Iterable[StoredCampaign]) -> None:
        """Add campaigns, sent ones and drafts."""
        for each in campaigns:
            audience = self.get(LISTS, each.list_id) or {}
            self.put(CAMPAIGNS, campaign_shapes.campaign(each, audience))

    def load_deliveries(self, deliveries: Iterable[StoredDelivery]) -> int:
        """Add what was sent to whom; returns how many deliveries."""
        return self.deliveries.load(deliveries)

    # ── documents ────────────────────────────────────────────────────────────────────────────

    def put(self, collection: str, document: Document, *, key: str = "id") -> None:
        """Add a document, or replace the one with its id."""
        self._documents.put(collection, str(document[key]), document)

    def get(self, collection: str, key: str) -> Document | None:
        """One document of a collection."""
        text = self._documents.get(collection, key)
        return None if text is None else json.loads(text)

    def all(self, collection: str) -> list[Document]:
        """All documents of a collection, in order of arrival."""
        return [json.loads(text) for text in self._documents.all(collection)]

    def remove(self, collection: str, key: str) -> bool:
        """Delete a document; False where there is none."""
        return self._documents.remove(collection, key)


def fields_of(list_id: str) -> str:
    """The collection of an audience's merge fields."""
    return f"{LISTS}/{list_id}/merge-fields"
