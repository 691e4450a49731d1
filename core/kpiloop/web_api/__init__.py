"""Everything between a connector and its vendor's web API: ask, page, download, within limits.

A connector makes one `Api` with the vendor's address, key and limits, and asks it; the client
waits for the limits, keeps deadlines, repeats what is worth repeating and says what is wrong
in the errors of `kpiloop`. See `Api` for a first example.
"""

from kpiloop.web_api.answer import Answer
from kpiloop.web_api.auth import Auth, BasicAuth, BearerToken, KeyHeader, NoAuth
from kpiloop.web_api.call import Content, Form
from kpiloop.web_api.client import Api
from kpiloop.web_api.judge import Refusals
from kpiloop.web_api.keyset import Key
from kpiloop.web_api.oauth import OAuthRefresh
from kpiloop.web_api.origin import Param, Params
from kpiloop.web_api.page import Checkpoint, Page
from kpiloop.web_api.rate_limit import AnyLimit, Concurrency, DailyLimit, Limit
from kpiloop.web_api.retry import RetryPolicy
from kpiloop.web_api.sender import Usage

__all__ = [
    "Answer",
    "AnyLimit",
    "Api",
    "Auth",
    "BasicAuth",
    "BearerToken",
    "Checkpoint",
    "Concurrency",
    "Content",
    "DailyLimit",
    "Form",
    "Key",
    "KeyHeader",
    "Limit",
    "NoAuth",
    "OAuthRefresh",
    "Page",
    "Param",
    "Params",
    "Refusals",
    "RetryPolicy",
    "Usage",
]
