# Everything a newcomer needs: `make demo` and `make test`. The only things needed beforehand are
# Python >= 3.11, make and a network to the package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ORDERS ?=
CHAOS_ORDERS ?= 200
KILLS ?= 300
SEED ?= 1

THEMES ?=
ONLY ?=
PROOF ?=

.PHONY: help env demo up test test-long lint bench chaos proof museum lock clean
.DEFAULT_GOAL := help

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## Make the environment in .venv/ from the hashed lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Sitewright needs Python >= 3.11; $(PYTHON) is older. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "$(PYTHON) lacks venv or ensurepip; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@echo "Making the environment in $(VENV)/ (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "The environment is ready."

demo: $(READY) ## Everything on this machine: sample orders become live sites; Ctrl-C stops it all
	@exec $(BIN)/sitewright demo $(ORDERS)

up: $(READY) ## The same without the sample orders
	@exec $(BIN)/sitewright up

test: $(READY) ## Every test that needs no credentials (under 15 minutes on 2 cores)
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder -m "not long"

test-long: $(READY) ## All tests, the long ones too
	$(BIN)/python -m pytest

lint: $(READY) ## Types, style, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure; each figure is a ratio within one run
	$(BIN)/python -m bench

chaos: $(READY) ## Kill everything while orders are built; CHAOS_ORDERS=200 KILLS=300 SEED=1 (half an hour or more)
	$(BIN)/python -m bench.chaos --orders $(CHAOS_ORDERS) --kills $(KILLS) --seed $(SEED)

proof: $(READY) ## Browsers over every theme and sample order; THEMES=folder ONLY=theme PROOF=--quick (an hour or more)
	@exec $(BIN)/python -m bench.proof $(if $(THEMES),--themes $(THEMES)) $(if $(ONLY),--only $(ONLY)) $(PROOF)

museum: $(READY) ## Write docs/failures.md from the tests' markers
	@$(BIN)/python -m pytest -q --collect-only -m failure -p tests.support.museum --museum docs/failures.md > /dev/null

lock: ## Write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 \
	  --override requirements-override.txt pyproject.toml --group dev -o requirements.lock

clean: ## Remove the environment and the embedded default's data
	rm -rf $(VENV) .sitewright
