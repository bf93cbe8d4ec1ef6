# Every target sets up what it needs; a second run finds it there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Two processes, a file to one of them, in the order in which pyproject.toml names the folders.
TOGETHER := -n 2 --dist loadfile --no-loadscope-reorder

export PYTHONUTF8 := 1
export KLANKBORD_CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: demo test test-slow check bench format lock clean help

help:  ## what can be made here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/' | column -t -s:

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Klankbord needs Python 3.11 or newer; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

demo: $(READY)  ## start the whole product with two years of a simulated telecom centre
	@$(BIN)/klankbord demo --home demo

test: $(READY)  ## the whole suite but the slow part; the product on PostgreSQL too, where it answers
	@$(BIN)/pytest $(TOGETHER)
	@$(BIN)/python tests/on_postgresql.py $(TOGETHER)

test-slow: $(READY)  ## simulations, large files, journeys in which processes are killed
	@$(BIN)/pytest -m slow $(TOGETHER) src
	@$(BIN)/pytest -m slow tests
	@$(BIN)/python tests/on_postgresql.py -m slow

check: $(READY)  ## style, types, import rule, budgets, documentation
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest tests/architecture

bench: $(READY)  ## ratios against named rivals, on this machine
	@for file in benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

format: $(READY)  ## write the code as `check` wants it
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format --quiet

lock: $(READY)  ## pin every dependency again, with hashes (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links --no-annotate --upgrade --quiet --output-file requirements.txt

clean:  ## remove what was set up and built
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
