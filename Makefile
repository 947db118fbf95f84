# Everything here runs in .venv, which `make setup` makes from uv.lock. Real programs: `.ci/tools`.
TOOLS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/auditor-tools
export TOOLS
export PATH := $(TOOLS):$(PATH)
BIN := .venv/bin

.PHONY: help setup check test policies docs schemas reports bench dist

help:      ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

setup:     ## the environment, exactly as locked
	uv sync --quiet --locked --all-extras

check:     ## style, types, import directions, policies
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/auditor policy check
	@if command -v opa >/dev/null; then set -x; opa fmt --list --fail policies && opa check --strict policies; \
	elif [ -n "$$AUDITOR_REQUIRE_TOOLS" ]; then echo 'opa is needed: .ci/tools opa'; exit 1; \
	else echo 'skipped, opa is not there (.ci/tools opa): opa fmt, opa check'; fi

test:      ## all tests, with coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report

policies:  ## the tests of the policies
	$(BIN)/auditor policy test

docs:      ## regenerate the catalogue and the help texts in the documentation
	$(BIN)/python -m tests.regenerate docs

schemas:   ## regenerate the JSON Schemas
	$(BIN)/python -m tests.regenerate schemas

demo:      ## render the demo's charts anew
	$(BIN)/python -m tests.regenerate demo

reports:   ## regenerate the sample reports
	$(BIN)/python -m tests.regenerate reports
	$(BIN)/python -m tests.regenerate picture || echo "no picture: .ci/tools chromium"

bench:     ## measure
	$(BIN)/python -m tests.bench

dist:      ## wheel and source archive
	uv build --quiet --out-dir dist
