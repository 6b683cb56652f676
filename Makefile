# Windvane. `make` lists the targets; each sets up what it needs by itself, once.

PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
# Linux wheels of torch on PyPI carry gigabytes of CUDA: take the CPU build, or a local one if pip knows it.
TORCH_SOURCE := $(if $(PIP_FIND_LINKS),--find-links $(PIP_FIND_LINKS),--torch-backend cpu)
INSTALL := $(UV) pip install --quiet --python $(BIN)/python --no-deps

.DEFAULT_GOAL := help
.PHONY: help setup setup-export setup-test setup-bench serve export test check format bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

serve: setup ## serve the bundled model on http://127.0.0.1:8080 (PORT= changes it)
	@$(BIN)/windvane serve --port $(PORT)

test: setup-test ## run every test
	@echo "Running the tests ..."
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --quiet

check: setup-test ## format check, lint, types and tests: what CI runs and more
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

format: setup-test ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

bench: setup-bench ## measure Windvane beside its peers (CHECKPOINT=folder)
	@$(BIN)/python -m benchmarks $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

setup: $(VENV)/.setup ## install what serving and classifying need (no torch)
setup-export: $(VENV)/.setup-export ## install what `windvane export` needs
setup-test: $(VENV)/.setup-test
setup-bench: $(VENV)/.setup-bench

clean: ## remove what the targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with PYTHON=python3.13"; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.setup: requirements/functions.txt requirements/cli.txt pyproject.toml | $(UV)
	@echo "Installing onnxruntime, tokenizers and the windvane command (once) ..."
	@$(INSTALL) -r requirements/functions.txt -r requirements/cli.txt
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.setup-export: requirements/export.txt $(VENV)/.setup
	@echo "Installing torch and the converters (once, about a minute) ..."
	@$(INSTALL) $(TORCH_SOURCE) -r requirements/export.txt
	@touch $@

$(VENV)/.setup-test: requirements/dev.txt $(VENV)/.setup-export
	@echo "Installing pytest, ruff and mypy (once) ..."
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

$(VENV)/.setup-bench: requirements/bench.txt $(VENV)/.setup-export
	@echo "Installing the peers to measure against (once, about a minute) ..."
	@$(INSTALL) -r requirements/bench.txt
	@touch $@
