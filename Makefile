# podlab. `make` lists the targets. Each creates what it needs: a virtual environment in .venv, nothing outside the tree.
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
PYTEST := $(PY) -m pytest
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout 60
# tests/reference by name too: only so does pytest-xdist print its count of the cases that agree.
TESTS := tests/reference tests
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help lab voila test check bench fuzz clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

lab: .venv/ready-lab ## open the first notebook in JupyterLab
	$(PY) -m jupyterlab $$([ "$$(id -u)" != 0 ] || echo --allow-root) notebooks/00_start.ipynb

voila: .venv/ready-voila ## open the labs in the browser, each on a page of its own, without any code
	$(PY) -m voila --Voila.config_file_paths=labs/page labs

test: .venv/ready-test lint ## run every check: lint, types, unit and reference tests, notebooks, a real browser
	$(PYTEST) -n 2 --dist loadscope -m "not browser" $(NBVAL) $(TESTS) notebooks
	$(PYTEST) -rs -m browser tests/browser

check: .venv/ready-test lint ## run the quick checks: lint, types, unit and reference tests (warnings are errors)
	$(PYTEST) -n 2 --dist loadscope -m "not browser" $(TESTS)

bench: .venv/ready-test ## print how fast engine, rules and import are, a click in Chromium, and the opening of a lesson
	$(PY) bench/bench.py
	$(PYTEST) -rs -s -m browser -k benchmark tests/browser

fuzz: .venv/ready-test ## try 10,000 broken manifests, stories, files and calls of each kind (some tens of minutes)
	PODLAB_FUZZ=10000 $(PYTEST) tests/simulation/test_fuzz.py

clean: ## remove what tests and builds leave behind
	rm -rf build dist test-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name .venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -print | xargs rm -rf

distclean: clean ## remove the virtual environment too
	rm -rf .venv *.egg-info

.PHONY: lint
lint: .venv/ready-test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache

.venv/ready: tools/make_venv.sh
	tools/make_venv.sh
	@touch $@

.venv/ready-lab: pyproject.toml .venv/ready
	@echo "podlab: installing JupyterLab and podlab into .venv (a minute, the first time)"
	@$(PIP) install --editable .
	@touch $@

.venv/ready-voila: pyproject.toml .venv/ready
	@echo "podlab: installing Voila and podlab into .venv (a minute, the first time)"
	@$(PIP) install --editable '.[voila]'
	@touch .venv/ready-lab $@

.venv/ready-test: pyproject.toml .venv/ready
	@echo "podlab: installing podlab and its test tools into .venv (a minute or two, the first time)"
	@$(PIP) install --editable '.[test]'
	@touch .venv/ready-lab .venv/ready-voila $@
