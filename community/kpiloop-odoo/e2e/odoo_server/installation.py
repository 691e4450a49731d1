"""Odoo 19 with CRM, Sales and mass mailing, made once in a folder and never changed by a test."""

import fcntl
import os
import shutil
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from odoo_server import packages, postgres
from odoo_server.commands import run
from odoo_server.config import write_config

CHECKOUT = Path(__file__).resolve().parents[4]
LOCK = CHECKOUT / "requirements" / "odoo.txt"
MODULES = "crm,mass_mailing,mass_mailing_crm,sale_management,rpc"
TEMPLATE = "template_odoo"
ODOO = "odoo-19"
PAGE_PARTS = (
    *("libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-font-awesome"),
    *("fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b"),
)
NOT_NEEDED = (
    *("*/i18n/*", "*/tests/*", "./usr/share/doc"),
    "*/addons/[!p]*/static/description/*",  # Sales loads those of payment providers
    *("*/addons/l10n_*", "*/addons/website*", "*/addons/pos_*", "*/addons/spreadsheet_dashboard_*"),
)
MAKE_KEY = """
key = env["res.users.apikeys"].with_user(2).sudo()._generate(None, "kpiloop", None)
print("key:" + key)
env["ir.config_parameter"].sudo().set_param("web.base.url.freeze", "True")
env.cr.commit()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What lies in the folder."""

    folder: Path

    @property
    def root(self) -> Path:
        """The unpacked packages."""
        return self.folder / "root"

    @property
    def modules(self) -> Path:
        """Where Python finds Odoo."""
        return self.root / "usr/lib/python3/dist-packages"

    @property
    def python(self) -> Path:
        """The interpreter that has what Odoo imports."""
        return self.folder / "venv/bin/python"

    @property
    def cluster(self) -> Path:
        """The files of PostgreSQL with the template database; copied, never run from here."""
        return self.folder / "cluster"

    @property
    def files(self) -> Path:
        """What the template database keeps outside of itself."""
        return self.folder / "files"

    @property
    def key(self) -> str:
        """The administrator's API key, in the template and all its clones."""
        return (self.folder / "key.txt").read_text(encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What Odoo's programs run in."""
        return {**os.environ, "PYTHONPATH": str(self.modules), "PYTHONDONTWRITEBYTECODE": ""}

    def odoo(self, *arguments: str | Path) -> tuple[str | Path, ...]:
        """A call of Odoo's program."""
        return (self.python, self.root / "usr/bin/odoo", *arguments)


def installation(folder: Path) -> Installation:
    """Odoo in the folder, which is made by whoever comes first; the others wait.

    Raises:
        UnavailableError: What it needs cannot be had on this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = Installation(folder=folder)
    ready = folder / "ready"
    with _locked(folder / "lock"):
        if not ready.exists() or ready.read_text(encoding="utf-8") != _fingerprint():
            ready.unlink(missing_ok=True)
            _make(made)
            ready.write_text(_fingerprint(), encoding="utf-8")
    return made


@contextmanager
def _locked(path: Path) -> Generator[None]:
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """What an installation is made of: where this changes, it is made anew."""
    server = str(postgres.programs())  # its path names the version that the cluster is of
    parts = (LOCK.read_text(encoding="utf-8"), MODULES, MAKE_KEY, *PAGE_PARTS, *NOT_NEEDED, server)
    return sha256("\n".join(parts).encode()).hexdigest()


def _make(made: Installation) -> None:
    for folder in (made.root, made.cluster, made.files):
        shutil.rmtree(folder, ignore_errors=True)
    # First what a machine may lack: it is known within seconds that there will be no Odoo.
    files = packages.download((ODOO, *PAGE_PARTS), made.folder / "packages")
    with ThreadPoolExecutor() as pool:
        steps = [pool.submit(_unpack, made, files), pool.submit(_make_environment, made)]
        for step in steps:
            step.result()
    _make_template(made)


def _unpack(made: Installation, files: Sequence[Path]) -> None:
    odoo, *parts = files
    packages.extract(odoo, made.root, without=NOT_NEEDED)
    for part in parts:
        packages.extract(part, made.root)


def _make_environment(made: Installation) -> None:
    shutil.rmtree(made.folder / "venv", ignore_errors=True)
    run(CHECKOUT / "scripts/make_venv", made.folder / "venv", LOCK)


def _make_template(made: Installation) -> None:
    with TemporaryDirectory(prefix="odoo-") as scratch:
        Path(scratch).chmod(0o755)  # PostgreSQL runs as another user
        cluster = Path(scratch, "cluster")
        cluster.mkdir()
        postgres.new_cluster(cluster)
        with postgres.started(cluster, is_kept=True) as server:
            server.ask(f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB")
            config = write_config(Path(scratch), addons=made.modules / "odoo/addons", db=cluster)
            _fill_template(made, config)
        run("cp", "--archive", cluster, made.cluster)
        run("cp", "--archive", Path(scratch, "files"), made.files)


def _fill_template(made: Installation, config: Path) -> None:
    chosen = ("-c", config, "-d", TEMPLATE)
    options = ("-i", MODULES, "--without-demo=all", "--stop-after-init", "--no-http")
    run(*made.odoo(*chosen, *options), environment=made.environment)
    shell = made.odoo("shell", *chosen, "--no-http")
    told = run(*shell, environment=made.environment, text=MAKE_KEY)
    (key,) = [line.removeprefix("key:") for line in told.splitlines() if line.startswith("key:")]
    secret = made.folder / "key.txt"
    secret.touch(0o600)
    secret.write_text(key, encoding="utf-8")
