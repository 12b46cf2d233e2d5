# The verbs of this house. Python 3.11 or newer is all that must be there; nothing needs root.

PYTHON ?= python3.11
BIN    := .venv/bin
PIP    := -m pip -qq --disable-pip-version-check install
IN     := --require-hashes -r
# setuptools is pinned in the locks, so putting the checkout on the path fetches nothing.
HERE   := --no-deps --no-build-isolation --editable .

RUN     := .venv/.run-ready
DEV     := .venv/.dev-ready
SYNAPSE := .venv-synapse/.ready

.DEFAULT_GOAL := run
.PHONY: setup run test check bench fmt clean

run: $(RUN) ## the demo: a building site in your browser, on 127.0.0.1:8080
	$(BIN)/lianxin demo

setup: $(DEV) $(SYNAPSE) ## everything that developing and testing needs

test: setup ## every test, real servers included
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(DEV) ## format, lint, types, the house rules
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_house.py

bench: setup ## how fast, as JSON lines
	@$(BIN)/python -m tests.bench

fmt: $(DEV) ## put everything into shape
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

clean: ## take away what the verbs made; the folder data/ stays
	rm -rf .venv .venv-synapse build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find core adapters plugins tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here; name yours: make PYTHON=python3" >&2; exit 1; }
	@echo "Setting up .venv, once ..."
	@$(PYTHON) -m venv .venv

$(RUN): requirements.lock pyproject.toml | $(BIN)/python
	@$(BIN)/python $(PIP) $(IN) requirements.lock
	@$(BIN)/python $(PIP) $(HERE)
	@touch $@

# What development needs includes what running needs, in the same versions.
$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@$(BIN)/python $(PIP) $(IN) requirements-dev.lock
	@$(BIN)/python $(PIP) $(HERE)
	@touch $(RUN) $@

# A real Matrix server for the tests. It has a venv of its own: it is no part of Lianxin.
$(SYNAPSE): requirements-synapse.lock
	@echo "Setting up .venv-synapse, once ..."
	@$(PYTHON) -m venv .venv-synapse
	@.venv-synapse/bin/python $(PIP) $(IN) requirements-synapse.lock
	@touch $@
