# Everything a person does with the portal; `make` alone lists it.
# Paths are relative throughout: the project works in a folder with blanks in its path.

PYTHON ?= $(shell for p in python3.12 python3.11 python3 python3.13; do \
    "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)
PY := .venv/bin/python
# What it starts ends with make, however make ends: `exec` leaves no shell between the two that would live on.
SERVICES := $(PY) -m tte_portal.embedded --with-parent
# Lint imports the settings and speaks to nobody: the addresses lead nowhere on purpose.
NOWHERE := DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0
ONLY ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-browser drill bench lint format lock clean runtime tools chromium

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=8001 make run     another port;   make bench ONLY=name     one figure"
	@echo "  make test ARGS='-k name'     some tests;   make PYTHON=/path/to/python3.12 ...     another Python"

run: runtime ## The portal with its demo: everything it needs is set up; Ctrl-C ends it
	@exec env TTE_MODE=demo $(SERVICES) --port -- $(PY) manage.py serve

test: tools chromium ## All tests: the browser's and small drills included
	@.ci/tests $(PY) $(ARGS)

test-browser: tools chromium ## The browser tests alone
	@exec env TTE_MODE=test $(SERVICES) --ephemeral -- $(PY) -m pytest -m browser $(ARGS)

drill: tools ## The fault drills at full count
	@exec env TTE_MODE=test $(SERVICES) --ephemeral -- $(PY) -m pytest tests/drills --full $(ARGS)

bench: tools chromium ## The figures, into bench/results.json and docs/benchmarks.md
	@exec env TTE_MODE=demo $(SERVICES) --ephemeral --durable -- $(PY) -m bench $(ONLY)

lint: tools ## Style, types, templates, migrations, deployment checks
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@TTE_MODE=test $(NOWHERE) $(PY) -m mypy .
	@.ci/checks $(PY)

format: tools ## Puts the code into its one layout
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

lock: tools ## Writes requirements.lock anew from pyproject.toml (ARGS=--upgrade: with newer versions)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(PY) .ci/lock $(ARGS)

clean: ## Removes the virtual environment and everything under var/, the demo's database included
	@if [ -L var/postgresql ]; then rm -rf "$$(readlink var/postgresql)"; fi
	@rm -rf .venv var .ruff_cache .mypy_cache .pytest_cache .hypothesis

runtime:
	@.ci/environment "$(PYTHON)" run

tools:
	@.ci/environment "$(PYTHON)" all

chromium: tools
	@.ci/chromium
