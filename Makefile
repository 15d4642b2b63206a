# Only Python 3.11+ is needed. Every target sets up what it needs and is quick when repeated.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Many tests start the command in a process of its own, which need not compile it each time.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo test lint bench soak docs lock screenshots wheel-check clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Understudy needs Python 3.11 or newer; start make with PYTHON=python3.11.")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.lock requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Installing Understudy into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.lock -r requirements/build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develop: requirements/develop.lock $(VENV)/.runtime
	@echo "Installing the tools for tests ..."
	@$(PIP) install --require-hashes -r requirements/develop.lock
	@touch $@

.PHONY: frontend
frontend: $(VENV)/.runtime
	@$(BIN)/python hatch_build.py

demo: $(VENV)/.runtime frontend ## Start the demonstration and print its address
	@$(BIN)/understudy demo $(DEMO)

test: $(VENV)/.develop frontend ## Run every test
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(TESTS)

lint: $(VENV)/.develop ## Check style, types, import rules and the documentation
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/zensical build --strict >/dev/null

docs: $(VENV)/.develop ## Build the documentation into site/
	@$(BIN)/zensical build --strict

bench: $(VENV)/.develop ## Run the benchmarks
	@$(BIN)/python -m tests.bench.install_peers
	@$(BIN)/understudy bench

soak: $(VENV)/.develop frontend ## Run the long crash, race and property tests
	@UNDERSTUDY_SOAK=1 $(BIN)/python -m pytest tests/crash tests/workflows/engine/runtime/test_random_processes.py \
		tests/workflows/engine/test_flat_cost.py tests/workflows/engine/test_state_machine.py \
		tests/rules/test_feel_properties.py tests/workflows/demo/test_five_years.py \
		tests/bpmn tests/webapp tests/bench/test_desk_speed.py

screenshots: $(VENV)/.develop frontend ## Take the pictures of the documentation again
	@$(BIN)/python -m tests.pictures

wheel-check: $(VENV)/.develop frontend ## Build the wheel and try it in an empty environment
	@$(BIN)/python -m tests.wheel_check

lock: $(VENV)/.develop ## Pin the newest allowed versions with their hashes
	@for group in runtime build develop bench; do \
	  flags=$$([ $$group = runtime ] && echo pyproject.toml || echo "--group $$group"); \
	  $(BIN)/uv pip compile $$flags --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	    --no-header --no-emit-index-url --no-emit-find-links $$(case $$group in runtime|bench) ;; *) echo "-c requirements/runtime.lock" ;; esac) \
	    -o requirements/$$group.lock || exit 1; \
	done

clean: ## Remove everything that make made, but not the demonstration's data
	@rm -rf $(VENV) build dist site .tmp .mypy_cache .ruff_cache .pytest_cache .hypothesis frontend/node_modules webapp/static/dist tests/bench/peers/.venv tests/bench/peers/node_modules
