# Two commands for a newcomer: make demo, make test. Both set everything up first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
OUT ?= out

.PHONY: demo test install lint accuracy bench bench-province bench-quarter soak fuzz guide clean

# The environment is rebuilt only when a dependency changes.
$(STAMP): pyproject.toml constraints.txt .ci/system
	@bash .ci/system python $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@bash .ci/system browser $(BIN)
	@touch $@

install: $(STAMP)

demo: install
	@$(BIN)/python -m tests.province.demo --out $(OUT)/demo

test: install
	@bash .ci/system office
	@$(BIN)/python -m pytest -q -m "not soak" -n 2 --dist loadgroup

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# make accuracy [PAGES=folder of labelled pages] [JSON=file for the figures]
accuracy: install
	@$(BIN)/python -m tests.accuracy $(if $(PAGES),--pages $(PAGES)) $(if $(JSON),--json $(JSON))

bench: install
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.quarter

# make bench-province [ARGS="--sites 600 --pages 50"]: a whole night over many sites, see python -m tests.bench.province --help
bench-province: install
	@$(BIN)/python -m tests.bench.province $(ARGS)

# make bench-quarter [ARGS="--sites 150 600 1500"]: how writing a quarter grows with the province
bench-quarter: install
	@$(BIN)/python -m tests.bench.quarter $(ARGS)

soak: install
	@bash .ci/system office
	@$(BIN)/python -m pytest -q -m soak

# make fuzz [FUZZ_SECONDS=3600]: coverage-guided fuzzing of every parser; atheris is installed here and nowhere else
FUZZ_SECONDS ?= 3600
fuzz: install
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3'
	@nice -n 15 $(BIN)/python -m tests.hostile.fuzz_parsers $(OUT)/fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=30 -rss_limit_mb=1500 -artifact_prefix=$(OUT)/fuzz/

# make guide: the pictures of docs/inspector-guide.md, from what the commands write
guide: install
	@bash .ci/system office
	@$(BIN)/python -m tests.guide

clean:
	@rm -rf $(VENV) $(OUT) build dist *.egg-info
