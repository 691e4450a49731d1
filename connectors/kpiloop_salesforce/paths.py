"""Where the endpoints are: all of them below one version, which retires years after it came."""

from urllib.parse import quote

TOKEN = "/services/oauth2/token"  # noqa: S105 - a path, no token
VERSIONS = "/services/data"


def data(version: str, *parts: str) -> str:
    """The path of something in a version of the API; its parts are quoted."""
    tail = "".join(f"/{quote(part, safe='')}" for part in parts)
    return f"{VERSIONS}/v{version}{tail}"
