# `make` alone lists what there is. Needs GNU make, a POSIX shell and Python 3.11 or newer; ARGS passes more words on:
# make review ARGS="--stage linear-algebra", make test ARGS="-k undo".

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help review test lint proofs bench reference pictures messages i18n lock audit fuzz clean FORCE

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input
PYTHONS := $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3 python
# Half of what a test of a screen or a process takes is waiting: two workers a core.
WORKERS = $$($(BIN)/python -c 'import os; print(2 * (os.cpu_count() or 1))')
BABEL := $(BIN)/python -m babel.messages.frontend -q
UV := uv==0.13.9
ATHERIS := atheris==3.0.0
AUDIT := bandit==1.9.4 pip-audit==2.10.1
LOCK := .cache/uv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

review: $(VENV)/.run ## today's review (sets everything up the first time)
	@$(BIN)/recall review $(ARGS)

test: lint ## every check and every test
	@echo '== recall check --strict decks'
	@$(BIN)/recall check --strict decks
	@echo '== pytest'
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: $(VENV)/.dev ## style, types and layers
	@echo '== ruff check'
	@$(BIN)/ruff check --quiet .
	@echo '== ruff format'
	@$(BIN)/ruff format --quiet --check . || { echo 'Mend with: $(BIN)/ruff format .' >&2; exit 1; }
	@echo '== mypy'
	@$(BIN)/mypy
	@echo '== lint-imports'
	@$(BIN)/lint-imports --no-logo

proofs: $(VENV)/.dev ## the proofs of the cards, and how many have one; ARGS=--missing lists those without
	@$(BIN)/python -m tests.decks.prove $(ARGS)

bench: $(VENV)/.dev ## the speed table
	@$(BIN)/python -m benchmarks $(ARGS)

messages: $(VENV)/.dev ## the .po files from the texts in the source
	@mkdir -p .cache
	@$(BABEL) extract --add-location=file --sort-by-file -o .cache/recall.pot src/recall
	@$(BABEL) update -d src/recall/i18n -D recall -w 120 -i .cache/recall.pot \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

reference: $(VENV)/.dev ## the pages of docs that are made from the program's tables
	@$(BIN)/python docs/reference.py

pictures: $(VENV)/.dev ## the pictures of the README, from the program itself
	@$(BIN)/python docs/pictures.py

i18n: $(VENV)/.dev ## the .mo catalogues from the .po files
	@$(BABEL) compile -d src/recall/i18n -D recall
	@$(BABEL) compile -d src/recall/i18n -D messages

lock: $(VENV)/.root ## both lock files from pyproject.toml; ARGS=--upgrade takes newer versions
	@test -x .cache/uv/bin/uv || { $(BIN)/python -m venv .cache/uv && .cache/uv/bin/pip install -qq $(UV); }
	@$(LOCK) $(ARGS) --group build -o requirements.lock pyproject.toml
	@$(LOCK) $(ARGS) --group build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

# Needs the net. What bandit is told to leave out: the sandbox's child, whose work is to run code, and B608, since SQL
# is put together from names of our own tables only.
audit: $(VENV)/.root ## known holes in the dependencies, and code that looks unsafe
	@test -x .cache/audit/bin/bandit || { $(BIN)/python -m venv .cache/audit && .cache/audit/bin/pip install -qq $(AUDIT); }
	@.cache/audit/bin/bandit -q -ll -r src -x src/recall/sandbox/child.py --skip B608
	@.cache/audit/bin/python -m tests.audit .cache/audit/bin/pip-audit

fuzz: $(VENV)/.dev ## an hour of fuzzing what reads a stranger's text; ARGS="tex --seconds 60"
	@$(PIP) $(ATHERIS)
	@$(BIN)/python -m tests.fuzz $(ARGS)

clean: ## removes what was built or installed here, never a learner's data
	rm -rf $(VENV) .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# An environment survives neither a moved tree nor the loss of its interpreter: it is then made anew.
ifneq "$(shell test -x $(BIN)/python && cat $(VENV)/.root 2>/dev/null)" "$(CURDIR)"
$(VENV)/.root: FORCE
endif

# Each candidate is run, not only found: a version manager leaves stubs that fail.
$(VENV)/.root:
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Setting up $(VENV) with $$("$$python" --version)" >&2; \
			"$$python" -m venv --clear $(VENV) && echo '$(CURDIR)' > $@; \
			exit; \
		fi; \
	done; \
	echo 'recall needs Python 3.11 or newer with its venv module.' >&2; \
	echo 'On Debian or Ubuntu: apt install python3 python3-venv. Another one: make PYTHON=/path/to/python.' >&2; \
	exit 1

$(VENV)/.run: $(VENV)/.root requirements.lock pyproject.toml
	@echo 'Installing what recall needs' >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo 'Installing the development tools' >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
