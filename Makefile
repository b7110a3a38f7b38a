# Two commands for everybody: `make demo` and `make test`. The rest is for those who change the code.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test lint format bench snippet chaos fuzz clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

demo: $(VENV)/.server ## decision server and demo shop on http://127.0.0.1:8000, embedded database
	$(BIN)/omnisdk demo

test: $(VENV)/.dev ## the whole test suite; installs a browser, PostgreSQL, Node and stock clients where they are missing
	sh .ci/provide $(BIN)
	sh .ci/clients $(BIN)
	$(BIN)/pytest -n 2 --dist loadgroup -q

lint: $(VENV)/.dev ## formatting, style, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## format the code and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## ratios against bare Flask and the raw SQLite limit, side by side in one run
	$(BIN)/python -m tests.bench

chaos: $(VENV)/.dev ## kill -9 of the server under load, 100 times on each engine; prints the figures as JSON
	sh .ci/provide $(BIN)
	$(BIN)/python -m tests.chaos

fuzz: $(VENV)/.dev ## 20,000 hostile requests on each engine and bombs against a server; prints the figures as JSON
	sh .ci/provide $(BIN)
	$(BIN)/python -m tests.fuzz

snippet: $(VENV)/.dev ## rebuild snippet/dist from snippet/src
	sh .ci/provide $(BIN)
	cd snippet && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-audit --no-fund && PATH="$(CURDIR)/$(BIN):$$PATH" npm run build

clean: ## remove what the commands above made
	rm -rf $(VENV) instance build snippet/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.server: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check -e ".[server]"
	@touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-compile --disable-pip-version-check -e ".[dev]"
	@touch $@ $(VENV)/.server
