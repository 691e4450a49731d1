"""Who is in a segment: the bearers of a tag, or those for whom its conditions hold."""

from kpiloop_sandbox.mailchimp.members import MemberFilter
from kpiloop_sandbox.mailchimp.objects import Document
from kpiloop_sandbox.mailchimp.store import Store
from kpiloop_sandbox.mailchimp.tags import is_static

REGULAR = frozenset({"subscribed"})
_ALL = 10_000_000


def members_of(store: Store, segment: Document) -> list[Document]:
    """Everybody in a segment but archived members, whatever their status."""
    list_id = segment["list_id"]
    if is_static(segment):
        found = (store.members.find(list_id, key) for key in store.tags.bearers(segment["id"]))
        return [each for each in found if each is not None and each["status"] != "archived"]
    everybody, _ = store.members.page(MemberFilter(list_id=list_id), _ALL, 0)
    return [each for each in everybody if _holds(segment, each)]


def _holds(segment: Document, member: Document) -> bool:
    """Whether a member meets the conditions, all or any of them."""
    options = segment["options"]
    met = [_meets(condition, member) for condition in options["conditions"]]
    return any(met) if options["match"] == "any" else all(met)


def _meets(condition: Document, member: Document) -> bool:
    """Whether a merge field is, or is not, the value of the condition."""
    is_equal = member["merge_fields"].get(condition["field"], "") == condition["value"]
    return bool(is_equal if condition["op"] == "is" else not is_equal)
