# make report      the report on ARTICLES, in reports/
# make test        every test
# make test-fast   the tests that need no network's answers, no browser and no whole report: two minutes
# make lab         JupyterLab on notebooks/
# make check       style, types, and that notebooks hold no outputs
# make seminar     four exercises for a class, in build/seminar: students', lecturer's, browser and paper editions
# make docs        docs/api.md and the README's table of scores again, from the docstrings and the models' own figures
# make lock        requirements.lock again, from a fresh environment
# make bom         build/bom.json, a software bill of materials (CycloneDX)
# make audit       known faults in what requirements.lock names; asks a service on the network
# Each first makes .venv and installs what it needs, once for each change of pyproject.toml and requirements.lock.

ARTICLES ?= data/articles
PYTHON ?= python3
# Debian's python3 has neither venv's pip nor leave to install outside of one, but its pip can install into another Python.
PIP = $(PYTHON) -m pip --python
INSTALL = install --quiet --constraint requirements.lock
RECIPES = PYTHONPATH="$(CURDIR):$(CURDIR)/models"

.PHONY: report test test-fast lab check seminar docs lock bom audit browser

report: .venv/installed
	.venv/bin/stance report "$(ARTICLES)" -o reports

test: .venv/installed-for-tests browser
	.venv/bin/pytest -rs

test-fast: .venv/installed-for-tests
	.venv/bin/pytest -m "not slow"

lab: .venv/installed
	$(RECIPES) .venv/bin/jupyter lab notebooks

check: .venv/installed-for-tests
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/nbstripout --verify --keep-id notebooks/*.ipynb notebooks/*/*.ipynb

seminar: .venv/installed
	$(RECIPES) .venv/bin/python notebooks/seminar/editions.py

docs: .venv/installed-for-tests
	$(RECIPES) .venv/bin/python -m recipes.api
	$(RECIPES) .venv/bin/python -m recipes.readme README.md

lock:
	$(PYTHON) -m venv --without-pip --clear build/lock
	$(PIP) build/lock/bin/python install --quiet pip --editable '.[dask,openvino,test]'
	{ head -1 requirements.lock; build/lock/bin/python -m pip freeze --all --exclude-editable | sed 's/+cpu$$//'; } \
		> build/requirements.lock
	mv build/requirements.lock requirements.lock

# Tools that only look at .venv, in an environment of their own.
bom: .venv/installed build/tools
	build/tools/bin/cyclonedx-py environment .venv/bin/python --pyproject pyproject.toml --mc-type library \
		--output-reproducible -o build/bom.json

audit: build/tools
	build/tools/bin/pip-audit --no-deps --disable-pip -r requirements.lock

build/tools:
	$(PYTHON) -m venv --without-pip --clear build/tools
	$(PIP) build/tools/bin/python install --quiet cyclonedx-bom==7.5.0 pip-audit==2.10.1

.venv/installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv --without-pip .venv
	$(PIP) .venv/bin/python $(INSTALL) pip --editable .
	touch $@

.venv/installed-for-tests: .venv/installed
	$(PIP) .venv/bin/python $(INSTALL) --editable '.[dask,openvino,test]'
	touch $@

# The tests in tests/browser use the operating system's Chromium; without one they say that they were skipped, and why.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		{ apt-get update && apt-get install --yes --no-install-recommends chromium; } >/dev/null || \
		echo "Chromium could not be installed: the tests in a browser will be skipped"; \
	else \
		echo "no Chromium and no leave to install it: the tests in a browser will be skipped"; \
	fi
