"""What is said when a connector's own code raises something that nobody foresaw."""

import traceback

from kpiloop.errors import PluginError


def explain(error: BaseException, *, doing: str, source: str) -> PluginError:
    """The error of a plugin, with the place in its code.

    The text of the exception is left out: it may hold keys.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename}"
    return PluginError(
        f"{doing} raised {type(error).__name__}{place if frames else ''}",
        where=source,
        todo="look for a newer version of the connector, or tell its author",
    )
