# Every target is one line to a tool; `make help` lists them.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ENV := .venv/bin
ODR := $(ENV)/python -m odr
OUT ?= demo-out
TESTS ?= tests
JOBS ?= 2
.DEFAULT_GOAL := help
.PHONY: help install install-test run worker demo test lint format check lock migration screens bench soak fuzz clean

help:  ## these words
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | expand -t 16

install: python  ## environment, front-end assets, sample faces
	@$(PYTHON) tools/install.py run

install-test: python
	@$(PYTHON) tools/install.py test
	@$(ENV)/python -m tools.packages

run: install  ## install what is missing, then serve a demonstration court
	@$(ODR) serve

worker: install  ## deliver the outbox in a process of its own (ODR_WORKER=separate)
	@$(ODR) worker

demo: install  ## play a case from a photo to a confirmed agreement, into demo-out/
	@$(ODR) demo --out $(OUT)

test: install-test  ## every test, journeys and the others at once; TESTS=tests/odr/domain for some, JOBS=0 for one process
	@PYTHONDONTWRITEBYTECODE= $(ENV)/python -m tools.tests --jobs $(JOBS) $(TESTS)

lint: python  ## format, types, import rules, layout
	@$(PYTHON) tools/install.py test
	@$(ENV)/python -m tools.lint

format: ## put every file in the one format
	@$(ENV)/ruff format . && $(ENV)/ruff check --fix --quiet .

check: lint test  ## lint, then every test

lock:  ## write requirements/*.txt anew from pyproject.toml
	@$(ENV)/python -m tools.lock

migration:  ## write the first migration anew from the declared tables
	@$(ENV)/python -m tools.migration

screens: install-test  ## photograph the pages into docs/screens/
	@$(ENV)/python -m tools.screens

bench-%: install-test  ## one benchmark of bench/ (bench-media, ...)
	@$(ENV)/python -m bench.$*

soak: install-test  ## the long journeys, again and again
	@$(ENV)/python -m pytest --timeout=3600 -m soak $(TESTS)

fuzz: install-test  ## hostile packets into the media plane, under the sanitizers
	@$(ENV)/python -m pytest --timeout=3600 -m soak tests/rtc/plane/test_fuzz.py

clean:  ## remove what was installed and built; var/ stays
	@rm -rf .venv node_modules static/dist .cache .mypy_cache .ruff_cache .pytest_cache

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Debian 12: apt-get install python3 python3-venv; macOS: brew install python@3.12" >&2; exit 1; }
