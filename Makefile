# Diapedesis: `make run` answers one example, `make test` checks everything. `make help` lists the rest.
# Needs Python 3.11 or newer, git and make; no compiler. Another interpreter: make test PYTHON=python3.12

PYTHON  ?= python3
WORKERS ?= 2

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
LOCK  := requirements.lock

# uv when it could be had (seconds), else pip (half a minute). Chosen when the recipe runs.
INSTALL = $$(test -x $(BIN)/uv && echo "$(BIN)/uv pip install --python $(BIN)/python" \
	|| echo "$(BIN)/python -m pip install") --quiet

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled modules are kept: without them every worker compiles all imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test lint docs bench validate lock

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv with the locked packages and warm the compiled kernels

$(READY): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or \
		sys.exit(f"Diapedesis needs Python 3.11 or newer and found {v[0]}.{v[1]}. Name another: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv || echo "uv cannot be had here; going on with pip"
	$(INSTALL) --require-hashes -r $(LOCK)
	$(INSTALL) --no-deps --no-build-isolation -e .
	$(BIN)/python -m diapedesis.simulate.warm
	@touch $@

run: $(READY) ## plan plasma exchange for the example patient; writes out/plan.html
	@mkdir -p out
	$(BIN)/diapedesis plan plex examples/khatri-like.yaml --out out/plan.html

test: lint docs ## lint, types, import contract, docs and every test but the statistical ones
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not statistical"

lint: $(READY) ## ruff, mypy and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY) ## build the documentation, offline, into docs/_build/html
	rm -rf docs/reference/generated
	$(BIN)/sphinx-build -q -W --keep-going -j auto -b html docs docs/_build/html

bench: $(READY) ## measure speed; writes benchmarks/results.json
	$(BIN)/python benchmarks/run.py
	$(BIN)/python -m benchmarks.engine.run --quick --fresh
	$(BIN)/python -m benchmarks.engine.tables

validate: $(READY) ## the statistical tests, the fit on virtual patients, published behaviours (an hour)
	$(BIN)/python -m pytest -q -n $(WORKERS) -m statistical
	$(BIN)/diapedesis validate fit
	$(BIN)/python -m benchmarks.robustness.run
	$(BIN)/diapedesis validate behaviours

lock: ## renew requirements.lock (hashes, every platform, no index address)
	test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--upgrade --extra test --extra docs pyproject.toml -o $(LOCK)
