"""`/services/data`, its versions, and the limits of the org."""

from kpiloop_sandbox.salesforce.calls import Answer, Call, Endpoint

_FIRST, _NEWEST = 31, 67
_SEASONS = ("Winter", "Spring", "Summer")
_WINTER_26 = 65
_RESOURCES = ("sobjects", "query", "queryAll", "jobs", "composite", "limits", "tooling")


def versions(_call: Call) -> Answer:
    """Every version that is served, oldest first."""
    return Answer(body=[_version(number) for number in range(_FIRST, _NEWEST + 1)])


def resources(call: Call) -> Answer:
    """What there is in one version."""
    return Answer(body={name: f"{call.root}/{name}" for name in _RESOURCES})


def limits(call: Call) -> Answer:
    """How much of each limit is left."""
    options = call.org.options
    left = options.daily - call.org.used()
    return Answer(
        body={
            "DailyApiRequests": {"Max": options.daily, "Remaining": left},
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
            "DailyBulkV2QueryFileStorageMB": {"Max": 976_562, "Remaining": 976_562},
        }
    )


def _version(number: int) -> dict[str, str]:
    year, season = divmod(number - _WINTER_26, len(_SEASONS))
    label = f"{_SEASONS[season]} '{26 + year}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}


ENDPOINTS = (
    Endpoint(method="GET", path="/limits", handler=limits),
    Endpoint(method="GET", path="/", handler=resources),
)
UNVERSIONED = (
    Endpoint(method="GET", path="/services/data", handler=versions, open=True),
    Endpoint(method="GET", path="/services/data/", handler=versions, open=True),
)
