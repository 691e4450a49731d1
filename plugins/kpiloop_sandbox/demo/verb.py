"""`kpiloop demo`: the whole loop on a made-up company, which ends by itself."""

import signal
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from kpiloop import Application, ConfigError
from kpiloop_sandbox.company.generate import generate
from kpiloop_sandbox.company.options import CompanyOptions
from kpiloop_sandbox.demo.tour import Served, Stage, tour
from kpiloop_sandbox.files_seed.write import write_files
from kpiloop_sandbox.project_file import demo_project
from kpiloop_sandbox.serve import is_free, port_of, serving
from kpiloop_sandbox.vendors import HUBSPOT, VENDORS, Behaviour

PROJECT = "kpiloop.toml"
FILES = "files"
_FEWEST, _MOST = 100, 20_000
_FIRST_PORTS = (*range(HUBSPOT.port, HUBSPOT.port + 1_000, 10), 0)


def demo(
    context: typer.Context,
    *,
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep everything in this new folder, to go on trying.",
            show_default="a temporary one",
        ),
    ] = None,
    contacts: Annotated[
        int, typer.Option(help="How large the company is.", min=_FEWEST, max=_MOST)
    ] = 2_000,
) -> None:
    """See the whole loop on a made-up company, in a minute or two.

    It needs no key and no network: simulated accounts run on this machine while the demo does.
    kpiloop pulls from them, computes KPIs, plans what to write, writes it, and then finds that
    there is nothing left to do.
    """
    app = Application.of(context)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite `kill` tidies up as well
    company = CompanyOptions(until=app.clock.now().date(), contacts=contacts)
    with _folder(home) as folder:
        app.output.notice("Getting the company ready …")
        with _served(home, company) as served:
            path = folder / PROJECT
            path.touch(mode=0o600)  # it holds keys, though they open nothing real
            addresses = {vendor: server.base_url for vendor, server in served.items()}
            path.write_text(demo_project(addresses, FILES), encoding="utf-8")
            write_files(folder / FILES, generate(company))
            tour(Stage(app=_on(app, path), caller=app, served=served, kept=home))


@contextmanager
def _folder(home: Path | None) -> Generator[Path]:
    """The folder of the demo; ConfigError where somebody else's things are in it."""
    if home is None:
        with TemporaryDirectory(prefix="kpiloop-demo-") as temporary:
            yield Path(temporary)
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        if any(home.iterdir()):
            raise ConfigError(
                "the folder is not empty",
                where=str(home),
                todo="Name a new one; an earlier demo in it can be removed with its folder.",
            )
    except OSError as error:
        raise ConfigError(
            f"the folder cannot be used ({error.strerror})",
            where=str(home),
            todo="Name one that you may write to.",
        ) from None
    yield home.absolute()


@contextmanager
def _served(home: Path | None, company: CompanyOptions) -> Generator[Served]:
    """Every account, on the ports on which `kpiloop sandbox` will find them, or any free ones."""
    folder = None if home is None else home.absolute()
    first = next(each for each in _FIRST_PORTS if all(is_free(port_of(v, each)) for v in VENDORS))
    ports = {each.name: port_of(each, first) if folder else 0 for each in VENDORS}
    with ExitStack() as stack:
        yield {
            each: stack.enter_context(
                serving(each, folder, company, behaviour=Behaviour(), port=ports[each.name])
            )
            for each in VENDORS
        }


def _on(app: Application, project: Path) -> Application:
    """The application on the demo's project; for programs, only the demo itself answers."""
    is_silent = app.options.quiet or app.options.json
    options = replace(app.options, config=project, quiet=is_silent, json=False)
    return Application(options, clock=app.clock)
