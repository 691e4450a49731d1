# Every target makes the virtual environment it needs, from a lock with hashes.
# A stamp (.made, .wheel …) inside each environment remembers what is done already.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps
# Folders count too: a deleted file changes its folder, and must leave the wheel.
SOURCES := $(shell find core connectors plugins -name __pycache__ -prune -o -print)
ODOO_SOURCES := $(shell find community/kpiloop-odoo -name e2e -prune -o -name '*.p[yt]*' -print)
PACKAGING := pyproject.toml README.md LICENSE
PYTHON_CODE := core connectors plugins tests benchmarks
# DuckDB needs pytz at run time; keyring, pyarrow and pyjwt are extras, loaded when they are used;
# urllib3 and pydantic_core are what requests and pydantic show of themselves. APScheduler waits for
# core/kpiloop/scheduler.py.
DEPENDENCY_EXCEPTIONS := DEP002=apscheduler|pytz|keyring|pyarrow|pyjwt,DEP003=urllib3|pydantic_core
# In kB of address space: a test that runs away gets a MemoryError and leaves the machine alone.
TEST_MEMORY ?= 8000000
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

.PHONY: help
help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: .venv-run/.wheel  ## one turn of the loop on a simulated company, nothing to set up
	@.venv-run/bin/kpiloop demo

.PHONY: test
test: lint .venv-test/.wheel  ## lint, then build the wheel and run every test against it
	@ulimit -v $(TEST_MEMORY) 2>/dev/null || true; \
	PATH="$$PWD/.venv-test/bin:$$PATH" KPILOOP_TEST_WHEEL=1 .venv-test/bin/pytest \
		--numprocesses auto --dist loadfile --no-loadscope-reorder
	@$(MAKE) odoo e2e-odoo

.PHONY: odoo
odoo: .venv-e2e/.odoo  ## the tests of kpiloop-odoo, on a small Odoo of its own
	@cd community/kpiloop-odoo && ../../.venv-e2e/bin/python -B -m pytest --numprocesses auto --dist loadfile

# Without a limit of address space, of which a browser takes far more than it uses.
.PHONY: e2e-odoo
e2e-odoo: .venv-e2e/.odoo  ## the whole loop on a real Odoo, its pages included
	@.venv-e2e/bin/python -B -m pytest community/kpiloop-odoo/e2e

.PHONY: lint
lint: format types imports spelling  ## formatting, rules, types, floors, spelling

.PHONY: format
format: .venv/.editable
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/ruff check --quiet .

.PHONY: types
types: export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1
types: .venv/.editable .venv-e2e/.made
	@.venv/bin/mypy
	@.venv/bin/pyright
	@cd community/kpiloop-odoo && ../../.venv/bin/mypy && \
		../../.venv/bin/pyright --pythonpath ../../.venv/bin/python
	@cd community/kpiloop-odoo/e2e && WHERE=../../../.venv-e2e/bin/python && \
		../../../.venv/bin/mypy --strict --python-executable $$WHERE . && \
		../../../.venv/bin/pyright --pythonpath $$WHERE

.PHONY: imports
imports: .venv/.editable
	@.venv/bin/lint-imports --no-cache --no-logo
	@.venv/bin/deptry --per-rule-ignores '$(DEPENDENCY_EXCEPTIONS)' core connectors plugins

# Not the tests, which misspell on purpose.
.PHONY: spelling
spelling: .venv/.editable
	@.venv/bin/codespell core connectors plugins community benchmarks docs *.md Makefile scripts

.PHONY: bench
bench: .venv-bench/.wheel  ## measure; prints the figures of docs/benchmarks.md
	@.venv-bench/bin/python benchmarks $(ONLY)

.PHONY: docs
docs: .venv/.editable  ## write the pages of docs/ that are made of code
	@.venv/bin/python -B scripts/write_docs

.PHONY: lock
lock:  ## pin the dependencies anew, with hashes and without hosts (needs uv)
	@printf 'editables\nhatchling>=1.27\n' | $(LOCK) - --output-file requirements/build.txt
	@$(LOCK) pyproject.toml --output-file requirements/run.txt
	@$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	@$(LOCK) pyproject.toml --group bench --output-file requirements/bench.txt
	@$(LOCK) pyproject.toml requirements/e2e.in --constraint requirements/dev.txt \
		--output-file requirements/e2e.txt
	@$(LOCK) requirements/odoo.in --only-binary :all: --constraint requirements/dev.txt \
		--output-file requirements/odoo.txt

.PHONY: clean
clean:  ## remove what make made
	@rm -rf .venv .venv-* dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find $(PYTHON_CODE) -name __pycache__ -prune -exec rm -rf {} +

# The environment of everyday work: its kpiloop is the work tree itself. Entry points are read
# when the project is installed, hence pyproject.toml.
.venv/.made: requirements/dev.txt
	@scripts/make_venv $(@D) $<
	@touch $@

.venv/.editable: .venv/.made pyproject.toml
	@.venv/bin/python $(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

# The wheel, built with the pinned builder, and the environments that hold it.
.venv-build/.made: requirements/build.txt
	@scripts/make_venv $(@D) $<
	@touch $@

dist/.made: .venv-build/.made $(PACKAGING) $(SOURCES)
	@rm -rf dist
	@.venv-build/bin/python -m hatchling build --target wheel
	@touch $@

.venv-test/.made: requirements/dev.txt
	@rm -rf $(@D)
	@scripts/make_venv $(@D) $<
	@touch $@

# The others: build, run and bench.
.venv-%/.made: requirements/%.txt
	@rm -rf $(@D)
	@scripts/make_venv $(@D) $<
	@touch $@

.venv-%/.wheel: .venv-%/.made dist/.made
	@$(@D)/bin/python $(PIP_INSTALL) --force-reinstall dist/*.whl
	@touch $@

# The connector, built from its own sources; its range of kpiloop's releases must hold this one.
.venv-e2e/.odoo: .venv-e2e/.wheel community/kpiloop-odoo/pyproject.toml $(ODOO_SOURCES)
	@.venv-e2e/bin/python $(PIP_INSTALL) --force-reinstall --no-build-isolation community/kpiloop-odoo
	@told="$$(.venv-e2e/bin/python -m pip check)" || { echo "$$told"; exit 1; }
	@touch $@

.PRECIOUS: .venv-%/.made .venv-%/.wheel
