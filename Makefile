# `make run` is all a new install needs: Python 3.11 and this folder.
.POSIX:
.PHONY: help run env test check fix lock shots clean

PORT ?= 8000
BIN = .venv/bin

help:
	@echo "make run     install, prepare the data and start: http://localhost:$(PORT)   (Ctrl-C stops everything)"
	@echo "make env     install everything, also the tools for tests"
	@echo "make test    all tests: SQLite, real PostgreSQL and Redis, browser when Chromium is there"
	@echo "make check   style, types, missing migrations, deployment checks"
	@echo "make fix     let ruff put style right"
	@echo "make lock    renew requirements/*.txt (needs uv)"
	@echo "make shots   take the pictures of the README again"
	@echo "make clean   remove .venv and caches; data/ stays"

run:
	@exec sh scripts/run.sh

env:
	@sh scripts/environment.sh dev

test: env
	@sh scripts/test.sh $(ARGS)

check: env
	@sh scripts/check.sh

fix: env
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Hashes of every file, no address of an index: anybody's pip finds the packages where it is told to look.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock:
	$(LOCK) $(LOCKFLAGS) requirements/app.in -o requirements/app.txt
	$(LOCK) $(LOCKFLAGS) -c requirements/app.txt requirements/refit.in -o requirements/refit.txt
	$(LOCK) $(LOCKFLAGS) -c requirements/app.txt requirements/lint.in -o requirements/lint.txt
	$(LOCK) $(LOCKFLAGS) -c requirements/app.txt requirements/lab.in -o requirements/lab.txt
	$(LOCK) $(LOCKFLAGS) -c requirements/app.txt requirements/dev.in -o requirements/dev.txt

shots: env
	@$(BIN)/python scripts/screenshots.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
