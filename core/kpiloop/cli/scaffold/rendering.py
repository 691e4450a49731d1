"""Makes a package from a folder of templates.

A template is a file of a package for a vendor called Acme, and reads as one: what is replaced are
its names and the version of kpiloop.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kpiloop.cli.scaffold.naming import Naming
from kpiloop.errors import ConfigError

_SUFFIX = ".template"
_PACKAGE = "kpiloop.cli.scaffold"
_TEMPLATES = "templates"


def rendered(kind: str, naming: Naming) -> Mapping[str, str]:
    """The files of a new package: the path of each below its folder, and its text."""
    words = _words(naming)
    found = _below(files(_PACKAGE) / _TEMPLATES / kind)
    return {_replaced(path, words): _replaced(text, words) for path, text in found}


def write_package(texts: Mapping[str, str], folder: Path) -> None:
    """Write a new package; ConfigError where the folder is there already or cannot be made."""
    try:
        folder.mkdir(parents=True)
        for name, text in texts.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise ConfigError(
            "there is something of this name already, and nothing is written over",
            where=str(folder),
            todo="Choose another name, or another folder with --into.",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"the package cannot be written ({error.strerror})",
            where=str(folder),
            todo="Name a folder that you may write to, with --into.",
        ) from None


def _words(naming: Naming) -> Mapping[str, str]:
    """What stands in the templates, and what stands there in the package."""
    major, minor = version("kpiloop").split(".")[:2]
    return {
        "kpiloop>=0,<1": f"kpiloop>={major}.{minor},<{int(major) + 1}",
        "kpiloop-acme": naming.distribution,
        "acme.example": f"{naming.dashed}.example",
        "ACME": naming.constant,
        "Acme": naming.title,
        "acme": naming.plugin,
    }


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Each word replaced once, the longest that fits: the own name may hold another word."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: words[found[0]], text)


def _below(folder: Traversable, path: str = "") -> Iterator[tuple[str, str]]:
    """The templates of a folder and the folders in it, without the end of their names."""
    for each in sorted(folder.iterdir(), key=lambda found: found.name):
        if each.is_dir():
            yield from _below(each, f"{path}{each.name}/")
        elif each.name.endswith(_SUFFIX):
            text = each.read_text(encoding="utf-8")
            yield f"{path}{each.name.removesuffix(_SUFFIX)}", text
