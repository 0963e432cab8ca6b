# Every target sets up what it needs: Python 3.11 or newer, make and python3-venv are all it asks for.
#
#   make run      show the 8,000-yuan case, then ask for your own figures
#   make test     every test that `make check` does not run
#   make check    format, lint, types, layers and the fast tests
#   make bench    a table of speeds, and build/bench.json
#   make setup    the environment alone: leaves .venv/bin/reprieve
#   make histories N=1000000      that many random histories, kernel against reference
#   make faults N=1000            that many kills of server, worker, clerk and PostgreSQL under load
#   make mutants [SAMPLE=300]     plant bugs in the engine and count the tests that notice
#   make pins     choose the newest versions again and write requirements/*.txt

PYTHON ?= python3
JOBS ?= 2
N ?= 100000
SAMPLE ?= 0

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --quiet --quiet --disable-pip-version-check install
HASHED := --require-hashes -r

# A stamp is named by the content it stands for, so a second run costs nothing and a changed pin is never missed.
key = $(shell cat $(1) pyproject.toml | cksum | cut -d' ' -f1)
RUN_PINS := requirements/build.txt requirements/run.txt
DEV_PINS := $(RUN_PINS) requirements/dev.txt
RUN_READY := .venv/ready-run-$(call key,$(RUN_PINS))
DEV_READY := .venv/ready-dev-$(call key,$(DEV_PINS))

.PHONY: setup run check test fonts java bench histories faults mutants pins clean
.DEFAULT_GOAL := run

setup: $(DEV_READY)

run: $(RUN_READY)
	@$(PY) -m reprieve.cli welcome

check: $(DEV_READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PY) -m reprieve.engine.warm
	$(PY) -m pytest -n $(JOBS) -m fast

test: $(DEV_READY) fonts java
	$(PY) -m reprieve.engine.warm
	$(PY) -m pytest -n $(JOBS) -m "not fast"

# Printing needs a font with Chinese letters: as root on Debian it is installed, elsewhere the test says it is missing.
fonts: $(DEV_READY)
	@$(PY) -c 'from reprieve.cli.print_font import chinese_family; chinese_family()' 2>/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qy fonts-noto-cjk; } || \
	  echo "No font with Chinese letters is installed, so printing is not tested (apt-get install fonts-noto-cjk)" >&2

# The close on a cluster needs Java 17 or newer: as root on Debian it is installed, elsewhere that test says it is missing.
java:
	@command -v java >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qy default-jre-headless; } || \
	  echo "No Java is installed, so the close on Spark is not tested (apt-get install default-jre-headless)" >&2

bench: $(DEV_READY)
	@mkdir -p build
	$(PY) -m bench

histories: $(DEV_READY)
	$(PY) -m reprieve.engine.warm
	$(PY) -m tests.histories.run --count $(N)

faults: N = 1000
faults: $(DEV_READY)
	$(PY) -m tests.faults.run --count $(N)

mutants: $(DEV_READY)
	$(PY) -m tests.mutants.run --sample $(SAMPLE)

clean:
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(RUN_READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Reprieve needs Python 3.11 or newer. Install one and name it: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
	  echo "Python cannot make an environment here. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once; a minute or two) ..." >&2
	@$(PIP) $(HASHED) requirements/build.txt
	@$(PIP) $(HASHED) requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f .venv/ready-run-*
	@touch $@

$(DEV_READY): $(RUN_READY)
	@echo "Adding the tools for tests, checks and bench ..." >&2
	@$(PIP) $(HASHED) requirements/dev.txt
	@rm -f .venv/ready-dev-*
	@touch $@

# uv writes the pins; no address of any index goes into them.
COMPILE = uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links

pins:
	@command -v uv >/dev/null || { echo "uv writes the pins: pip install uv" >&2; exit 1; }
	$(COMPILE) pyproject.toml --extra dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml -c requirements/dev.txt -o requirements/run.txt
	printf 'hatchling\neditables\n' | $(COMPILE) - -c requirements/dev.txt -o requirements/build.txt
