"""Who may import whom."""

import pytest

from architecture.import_rules import (
    KEEPERS,
    extension_breaches,
    floor_breaches,
    keeper_breaches,
    lazy_imports,
    module_getattrs,
    ring,
    second_copies,
)
from architecture.source_tree import (
    Plant,
    all_code,
    extension_folders,
    floors,
    import_contracts,
    this_tree,
)

FLOORS = {"errors": 0, "clock": 0, "schema": 1, "kpi": 2, "web_api": 2, "cli": 9}


def test_a_module_of_the_core_imports_only_lower_floors() -> None:
    """Every import of the core goes down, those for type checkers and in functions included."""
    assert floor_breaches(this_tree(), floors()) == []


def test_the_floors_are_those_of_the_design() -> None:
    """The order of the floors, from the errors up to the command line, is what the docs draw."""
    rows = [
        "errors clock deprecation",
        "schema",
        "kpi web_api derivation",
        "connector",
        "hookspecs",
        "plugin_host",
    ]
    rows += ["project warehouse ledger", "engine", "scheduler testing", "cli"]
    assert floors() == {part: floor for floor, row in enumerate(rows) for part in row.split()}


@pytest.mark.parametrize(
    "breach",
    [
        "from kpiloop.kpi import Measure",
        "import kpiloop.kpi.units",
        "from kpiloop import kpi",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from kpiloop.kpi import Measure",
        "def late() -> None:\n    from kpiloop.kpi import Measure",
        "from ..kpi import Measure",
        "from kpiloop import Contact",
        "from kpiloop.attic import Contact",
    ],
)
def test_an_import_that_goes_up_is_found(plant: Plant, breach: str) -> None:
    """An import of a higher floor is reported in whatever form it is written."""
    tree = plant(
        {
            "core/kpiloop/__init__.py": "",
            "core/kpiloop/kpi/__init__.py": "",
            "core/kpiloop/kpi/units.py": "",
            "core/kpiloop/schema/people.py": breach,
        }
    )
    (found,) = floor_breaches(tree, FLOORS)
    assert found.startswith("core/kpiloop/schema/people.py:")


def test_siblings_on_one_floor_do_not_know_each_other(plant: Plant) -> None:
    """Two parts on the same floor may not import each other, the files of one part may."""
    tree = plant(
        {
            "core/kpiloop/kpi/units.py": "import kpiloop.kpi.formula\nimport kpiloop.schema",
            "core/kpiloop/web_api/paging.py": "from kpiloop.kpi.units import Unit",
        }
    )
    (found,) = floor_breaches(tree, FLOORS)
    assert found.startswith("core/kpiloop/web_api/paging.py:1 imports kpiloop.kpi.units")


def test_a_part_without_a_floor_is_found(plant: Plant) -> None:
    """A new file or folder of the core has to be given a floor."""
    (found,) = floor_breaches(plant({"core/kpiloop/utils.py": ""}), FLOORS)
    assert "utils stands on no floor" in found


def test_there_are_no_import_rings() -> None:
    """No module imports itself by way of others, type checkers' imports included."""
    assert ring(this_tree()) == []


def test_a_ring_is_found(plant: Plant) -> None:
    """A ring is reported even where one of its imports is for type checkers only."""
    for_types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import kpiloop.kpi.units"
    tree = plant(
        {
            "core/kpiloop/kpi/units.py": "from kpiloop.kpi.formula import Formula",
            "core/kpiloop/kpi/formula.py": "from kpiloop.kpi import tree",
            "core/kpiloop/kpi/tree.py": for_types,
            "core/kpiloop/kpi/__init__.py": "",
        }
    )
    assert set(ring(tree)) == {"kpiloop.kpi.units", "kpiloop.kpi.formula", "kpiloop.kpi.tree"}


def test_connectors_and_plugins_know_only_what_strangers_know() -> None:
    """A bundled connector or plugin imports the public door, web_api, testing and itself."""
    assert extension_breaches(this_tree()) == []


@pytest.mark.parametrize(
    "breach",
    [
        "from kpiloop.engine import pull",
        "from kpiloop.web_api.retry import Retry",
        "from kpiloop import engine",
        "from kpiloop_sandbox import company",
        "def late() -> None:\n    import kpiloop_sandbox.company",
    ],
)
def test_a_plugin_that_knows_too_much_is_found(plant: Plant, breach: str) -> None:
    """The inside of the core and other plugins are reported, the open doors are not."""
    fine = "import kpiloop.testing\nfrom kpiloop.web_api import Api\nimport kpiloop_acme.wire\n"
    tree = plant(
        {
            "core/kpiloop/__init__.py": "",
            "core/kpiloop/engine/__init__.py": "",
            "plugins/kpiloop_sandbox/company.py": "from kpiloop import hookimpl",
            "connectors/kpiloop_acme/reads.py": fine + breach,
        }
    )
    (found,) = extension_breaches(tree)
    assert found.startswith("connectors/kpiloop_acme/reads.py:")


def test_a_library_is_imported_only_by_its_keepers() -> None:
    """DuckDB, sqlglot, requests, APScheduler and pluggy stay where they can be replaced."""
    assert keeper_breaches(this_tree()) == []


@pytest.mark.parametrize("library", KEEPERS)
def test_a_library_outside_its_keepers_is_found(plant: Plant, library: str) -> None:
    """An import of a kept library is reported in the wrong part of the core and in a plugin."""
    text = f"import {library}.exceptions"
    keeper = KEEPERS[library][0]
    tree = plant(
        {
            f"core/kpiloop/{keeper}/a.py": text,
            "core/kpiloop/cli/b.py": text,
            f"plugins/kpiloop_acme/{keeper}.py": text,
        }
    )
    assert [found.split(":")[0] for found in keeper_breaches(tree)] == [
        "core/kpiloop/cli/b.py",
        f"plugins/kpiloop_acme/{keeper}.py",
    ]


def test_nobody_imports_by_way_of_a_source_root() -> None:
    """No file, tests included, imports core.kpiloop: it would be a second copy of each class."""
    tree = this_tree()
    assert [breach for module in all_code() for breach in second_copies(tree, module)] == []


def test_a_second_copy_is_found(plant: Plant) -> None:
    """An import that starts at a source root is reported."""
    tree = plant({"core/kpiloop/clock.py": "from core.kpiloop import errors\nimport plugins"})
    assert len(second_copies(tree, tree.modules["kpiloop.clock"])) == 2


def test_only_commands_import_late() -> None:
    """Imports inside functions stand only in the command line, where they save start-up."""
    late = [module for module in this_tree().modules.values() if lazy_imports(module)]
    assert [module.name for module in late if not module.name.startswith("kpiloop.cli")] == []


def test_an_import_inside_a_function_is_found(plant: Plant) -> None:
    """A late import is reported with the function it stands in."""
    tree = plant({"core/kpiloop/clock.py": "def now() -> None:\n    import time"})
    (found,) = lazy_imports(tree.modules["kpiloop.clock"])
    assert found == "core/kpiloop/clock.py:2 imports inside now"


def test_only_the_public_door_opens_by_getattr() -> None:
    """No module but the door resolves names by a function of its own."""
    assert set(module_getattrs(this_tree())) <= {"kpiloop"}


def test_the_import_linter_sees_every_package() -> None:
    """The contracts of `make lint` name all bundled packages, so that none escapes them."""
    bundled = [folder.name for folder in extension_folders()]
    contracts = import_contracts()
    assert contracts["importlinter"]["root_packages"].split() == ["kpiloop", *sorted(bundled)]
    for contract, key in [
        ("rings", "ancestors"),
        ("strangers", "modules"),
        ("core", "forbidden_modules"),
    ]:
        named = contracts[f"importlinter:contract:{contract}"][key].split()
        assert set(bundled) <= set(named), contract
