# PYTHON: the interpreter to use (default: the first of python3, python3.13, 3.12, 3.11 that is 3.11 or later).
# VENV:   where the environment goes; give another one to work with two interpreters side by side.
VENV ?= .venv
BIN := $(VENV)/bin
CASE ?= examples/purchase-property-service.yaml
PYTEST_ARGS ?=
# What the tests of a file share is made once where one process runs them all.
DIST ?= loadfile
MUTANTS ?=
export PYTHON VENV SUITE
# Where the surroundings forbid to keep compiled modules, every process that a test starts would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

SETUP := scripts/setup.sh scripts/link.py pyproject.toml hatch_build.py requirements/build.lock

.PHONY: help run test test-full explore mutants lint format bench generate site release lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.runtime  ## set up, then check the example case (CASE=path for another)
	$(BIN)/policy-engine check $(CASE)
	@echo
	@echo "the same in a browser: $(BIN)/policy-engine serve"

test: $(VENV)/.dev  ## set up, then run the tests that a change reaches (SUITE=whole: all; PYTEST_ARGS='-k name' to select)
	$(BIN)/python -m pytest -n auto --dist $(DIST) $(PYTEST_ARGS)

test-full: SUITE := full
test-full: DIST := load
test-full: test  ## the same, with every example of the property tests

explore: SUITE := explore
explore: DIST := load
explore: test  ## the same, with examples never drawn before

mutants: $(VENV)/.dev  ## make small errors in the code and see which of them the tests miss (MUTANTS='--sample 200 --seed 7')
	PYTHONPATH=tests $(BIN)/python tests/mutants/run.py $(MUTANTS)

lint: $(VENV)/.dev  ## style, types, import floors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev  ## put the code into the style that lint demands
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.dev  ## measure speed against the peers
	$(BIN)/python benchmarks/run.py $(BENCH)

generate: $(VENV)/.dev  ## write anew what is made of the language: the schema of rule files, the tables of the guide
	$(BIN)/python scripts/write_language.py

site: $(VENV)/.dev  ## make the documentation, the law included, a site to read without a network: build/site/index.html
	$(BIN)/python scripts/site.py

release: $(VENV)/.dev  ## build a version, install and try it with every Python here, list its parts and their licences
	$(BIN)/python scripts/release.py

lock:  ## renew requirements/*.lock (needs uv)
	scripts/lock.sh

clean:  ## remove the environment and everything generated
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis .mutants
	find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps: set-up runs again only when a lock, pyproject.toml or the script itself changes.
$(VENV)/.runtime: $(SETUP) requirements/runtime.lock
	@scripts/setup.sh runtime
	@touch $@

$(VENV)/.dev: $(SETUP) requirements/dev.lock
	@scripts/setup.sh dev
	@touch $@ $(VENV)/.runtime
