# make report   the report on ARTICLES, in reports/
# make test     every test
# make lab      JupyterLab on notebooks/
# make check    style, types, and that notebooks hold no outputs
# Each first makes .venv and installs what it needs, once for each change of pyproject.toml.

ARTICLES ?= data/articles
PYTHON ?= python3
# Debian's python3 has neither venv's pip nor leave to install outside of one, but its pip can install into another Python.
INSTALL = $(PYTHON) -m pip --python .venv/bin/python install --quiet

.PHONY: report test lab check browser

report: .venv/installed
	.venv/bin/stance report "$(ARTICLES)" -o reports

test: .venv/installed-for-tests browser
	.venv/bin/pytest -rs

lab: .venv/installed
	.venv/bin/jupyter lab notebooks

check: .venv/installed-for-tests
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/nbstripout --verify --keep-id notebooks/*.ipynb notebooks/*/*.ipynb

.venv/installed: pyproject.toml
	$(PYTHON) -m venv --without-pip .venv
	$(INSTALL) pip --editable .
	touch $@

.venv/installed-for-tests: .venv/installed
	$(INSTALL) --editable '.[test]'
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
