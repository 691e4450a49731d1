"""Debian's packages, from the mirror that this machine's own apt reads."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from odoo_server.commands import CommandFailedError, UnavailableError, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNREAD = ["$(ORIGIN)"]
PATIENCE = ("-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=2")


def download(names: Sequence[str], folder: Path) -> list[Path]:
    """The files of Debian sid's packages, each downloaded once and then kept in the folder.

    Raises:
        UnavailableError: No mirror, or it does not have them (any more): sid moves.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not _kept(name, folder)]
    if missing:
        _download(missing, folder)
    return [_kept(name, folder)[-1] for name in names]


def extract(package: Path, into: Path, *, without: Sequence[str] = ()) -> None:
    """Unpack a package into a folder, without installing it.

    Args:
        package: The package's file.
        into: The folder, which is made.
        without: Patterns of paths to leave out, as `tar` reads them.
    """
    into.mkdir(parents=True, exist_ok=True)
    excluded = [f"--exclude={pattern}" for pattern in without]
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE
    ) as content:
        subprocess.run(
            ["tar", "--extract", "--directory", into, *excluded], stdin=content.stdout, check=True
        )
    if content.returncode:
        raise CommandFailedError(f"{package.name} cannot be unpacked; delete it and try again")


def install(package: str, *, why: str) -> None:
    """Install a package of this machine's own release.

    Raises:
        UnavailableError: Only root may, or no mirror has it.
    """
    apt_get = shutil.which("apt-get")
    if apt_get is None or os.geteuid():
        raise UnavailableError(f"{why} is not there, and only root can install {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(apt_get, *PATIENCE, "-qq", "update", environment=environment)
        options = ("-qq", "--yes", "--no-install-recommends")
        run(apt_get, *PATIENCE, "install", *options, package, environment=environment)
    except CommandFailedError as error:
        raise UnavailableError(f"{why} is not there, and apt has no {package}: {error}") from None


def _kept(name: str, folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)


def _download(names: Sequence[str], folder: Path) -> None:
    state = folder / "apt"
    for part in ("lists/partial", "cache/archives/partial"):
        (state / part).mkdir(parents=True, exist_ok=True)
    sources = state / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} sid main\n", encoding="utf-8")
    own = (
        "env",
        f"--chdir={folder}",
        "apt-get",
        *PATIENCE,
        *("-o", "APT::Sandbox::User=", "-o", f"Dir::State::lists={state / 'lists'}"),
        *("-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null"),
        *("-o", f"Dir::Cache={state / 'cache'}", "-qq"),
    )
    try:
        run(*own, "-o", "APT::Update::Error-Mode=any", "update")
        run(*own, "download", *names)
    except CommandFailedError as error:
        raise UnavailableError(
            f"Debian sid's packages {', '.join(names)} cannot be had from this machine's mirror."
            " Where sid has moved on, copy their files of an older checkout"
            f" into {folder}. {error}"
        ) from None
    finally:
        shutil.rmtree(state)


def _mirror() -> str:
    """The mirror of Debian that this machine reads its own packages from."""
    if shutil.which("apt-get") is None or not KEYRING.exists():
        raise UnavailableError("this machine is no Debian: it has no apt-get, or not Debian's keys")
    told = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN)").splitlines()
    # The origin is known of mirrors whose lists were read already.
    mirrors = [line.split()[0] for line in told if line.split()[1:] in ([], ["Debian"], UNREAD)]
    ours = [mirror for mirror in mirrors if "security" not in mirror]
    if not ours:
        raise UnavailableError("this machine's apt reads no mirror of Debian")
    return ours[0]
