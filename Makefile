# Needs python3 (3.11 to 3.13), pip and make. `make` alone lists what can be done.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo run test test-engines test-trial test-spark check fix docs bench browser postgres mariadb spark clean

UV := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' installer.lock)
BIN := .venv/bin
INSTALLED := .venv/installed
SPARK := .venv-spark

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

setup: $(INSTALLED) ## make .venv and install everything pinned

# Made anew only when what is to be installed has changed.
$(INSTALLED): requirements.lock installer.lock pyproject.toml
	@python=""; for name in $${PYTHON:-} python3.11 python3.12 python3.13 python3; do \
		if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
		then python="$$name"; break; fi; done; \
	if [ -z "$$python" ]; then \
		echo "Arrears needs Python 3.11, 3.12 or 3.13; found: $$(python3 --version 2>&1 || true)." >&2; \
		echo "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Making .venv with $$("$$python" --version)"; \
		"$$python" -m venv .venv >/dev/null 2>&1 || { \
			: "Debian's python3 alone cannot put pip into an environment, but its pip can"; \
			"$$python" -m venv --clear --without-pip .venv; \
			"$$python" -m pip --python $(BIN)/python install --quiet pip; }; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo "Installing the packages of requirements.lock"
	@if { $(BIN)/uv --version 2>/dev/null | grep -qF "uv $(UV)" \
			|| $(BIN)/python -m pip install --quiet --disable-pip-version-check \
				--require-hashes -r installer.lock; } \
		&& $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python \
			--require-hashes -r requirements.lock; \
	then :; else \
		echo "uv could not install them; pip takes a little longer"; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check \
			--require-hashes -r requirements.lock; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e .
	@touch $(INSTALLED)

demo: setup ## make demo data and serve it on http://127.0.0.1:8050
	@exec $(BIN)/arrears demo

run: setup ## serve the database of config.yaml, with its scheduler
	@exec $(BIN)/arrears serve

test: check browser postgres ## check, then run all tests but those of the targets below
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not engines and not trial"

test-engines: setup mariadb ## run the tests of case databases on MariaDB
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "engines and not spark"

test-trial: setup postgres ## run the short trial under load and faults, alone on the machine
	$(BIN)/python -m pytest -q -m trial

test-spark: setup spark ## run the tests of case databases on a Spark cluster
	$$(ls $(SPARK)/bin/python 2>/dev/null || echo $(BIN)/python) -m pytest -q -m spark

check: setup ## format, lint, types, import rules, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m service.documents --check

fix: setup ## put format and simple lint right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## write config.yaml and the generated pages of docs/
	$(BIN)/python -m service.documents

bench: setup ## measure speed and memory
	$(BIN)/python -m benchmarks

browser: ## install Chromium for the browser tests where it is missing
	@command -v chromium chromium-browser google-chrome >/dev/null || $(call install,chromium)

postgres: ## install PostgreSQL for the tests on it where it is missing
	@command -v postgres >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/postgres" >/dev/null \
		|| $(call install,postgresql)

mariadb: ## install MariaDB for the tests on it where it is missing
	@command -v mariadbd /usr/sbin/mariadbd >/dev/null || $(call install,mariadb-server)

# In an environment of its own: where pandas is installed DuckDB imports it, 100 MB in each process.
spark: setup $(SPARK)/installed ## install Spark for the tests on it into .venv-spark, and Java
	@command -v java >/dev/null || $(call install,default-jre-headless)

$(SPARK)/installed: requirements.lock spark.lock spark-cluster.lock
	@echo "Installing Spark into $(SPARK)"
	@{ $(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SPARK) \
			&& $(BIN)/uv pip install --quiet --compile-bytecode --python $(SPARK) \
				--require-hashes -r requirements.lock -r spark.lock \
			&& $(BIN)/uv pip install --quiet --python $(SPARK) --require-hashes \
				--target $(SPARK)/cluster -r spark-cluster.lock \
			&& touch $@; } || { rm -rf $(SPARK); \
		echo "Spark could not be installed; tests that need it are skipped" >&2; }

# Without apt or the right to use it the tests that need the package say so and are skipped.
install = { as=""; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	echo "Installing $(1)"; \
	{ $$as apt-get install -y -qq $(1) || { $$as apt-get update -qq && $$as apt-get install -y -qq $(1); }; } \
		>/dev/null 2>&1 || echo "$(1) could not be installed; tests that need it are skipped" >&2; }

clean: ## remove the environment and everything generated, var/ apart
	rm -rf .venv .venv-spark build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
