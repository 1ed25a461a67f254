# The one place where the repository's commands are written. `make` or `make help` explains each.
# A bare machine needs only make, git and Python 3.11 or later (with venv): the rest is installed into .venv,
# from requirements/*.txt, which name every package with its hash.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

VENV ?= .venv
# The newest that runs the project, unless named: make test PYTHON=python3.12 VENV=build/venv-3.12
PYTHON ?=
BIN := $(VENV)/bin
INTEROP := tests/interop
# `make bench` measures each side in an environment with nothing else: one of the field's packages has our name
BENCH := build/bench
# Further arguments for the command that a target runs: make test ARGS="-k sign_in"
ARGS ?=
# make lock UPGRADE=--upgrade takes the newest versions; without it only what pyproject.toml changed
UPGRADE ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help demo test interop slow stress journeys check format bench docs lock clean

help: ## Explain each target (what a plain `make` does)
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' \
		| while IFS=$$'\t' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

demo: $(VENV)/.demo ## Start local Logto (port 3001), the guide's application (3000) and a second one (3100); Ctrl-C ends all
	@$(BIN)/python -m examples.guide.demo $(ARGS)

test: $(VENV)/.test ## Run the tests; what needs a tool that this machine lacks is left out, and named
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

interop: $(VENV)/.test ## Run the tests against identity providers and clients that others wrote (needs Node and npm)
	@if [ -f $(INTEROP)/package-lock.json ]; then $(MAKE) --no-print-directory $(INTEROP)/node_modules/.installed; fi
	$(BIN)/python -m pytest $(INTEROP) $(ARGS)

slow: $(VENV)/.test ## Run the slower tests: processes that share sessions and are killed, databases, properties, benchmarks
	$(BIN)/python -m tests.suites | while read -r paths; do $(BIN)/python -m pytest $$paths $(ARGS) || exit 1; done

stress: $(VENV)/.test ## Let processes share sessions and die at length: 200 rounds of refreshes, 25 deaths at each point (about half an hour)
	LOGTO_ROUNDS=200 LOGTO_DEATHS=25 $(BIN)/python -m pytest tests/processes $(ARGS)

journeys: $(VENV)/.test ## Run only the journeys in a real browser (needs Chromium)
	$(BIN)/python -m pytest tests/journeys $(ARGS)

check: $(VENV)/.check ## Check style, types, floors and house rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/house

format: $(VENV)/.check ## Put every file into the house's format and mend what ruff can mend
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench: $(VENV)/.test $(foreach side,ours published jose,$(BENCH)/$(side)/.installed) ## Measure what docs/ says about speed, beside the field's libraries
	$(BIN)/python -m benchmarks --environments $(BENCH) $(ARGS)

docs: $(VENV)/.docs ## Build the documentation into build/site
	$(BIN)/zensical build --clean --strict $(ARGS)

lock: $(VENV)/.lock ## Compile requirements/*.txt from pyproject.toml (UPGRADE=--upgrade for the newest versions)
	scripts/lock $(BIN)/uv $(UPGRADE)

clean: ## Remove the environment, the caches and everything that was built
	rm -rf $(VENV) build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache $(INTEROP)/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ── The environment. Each stamp stands for one requirements file, installed; a new one only if that file changed. ──

$(VENV)/.created:
	@python="$(PYTHON)"; python="$${python:-$$(scripts/find-python)}" \
		&& echo "Making $(VENV) with $$("$$python" --version)" \
		&& "$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.docs $(VENV)/.lock: $(VENV)/.%: requirements/%.txt $(VENV)/.created
	@echo "Installing requirements/$*.txt into $(VENV)"
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements/$*.txt
	@touch $@

# The package itself goes in beside what it needs, without another look at the index.
$(VENV)/.demo $(VENV)/.test $(VENV)/.check: $(VENV)/.%: requirements/%.txt pyproject.toml $(VENV)/.created
	@echo "Installing requirements/$*.txt into $(VENV)"
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements/$*.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(BENCH)/%/.installed: requirements/bench-%.txt $(VENV)/.created
	@echo "Installing requirements/bench-$*.txt into $(BENCH)/$*"
	@$(BIN)/python -m venv --clear $(BENCH)/$*
	@$(BENCH)/$*/bin/python -m pip install -qq --require-hashes -r requirements/bench-$*.txt
	@touch $@

$(INTEROP)/node_modules/.installed: $(INTEROP)/package-lock.json
	cd $(INTEROP) && npm ci
	@touch $@
