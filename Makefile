# demo, test, bench and docs each make .venv and install what they need, once; run them again at any time.

PYTHON ?= python3
BIN := .venv/bin
SITE ?= site
WORKERS ?= 2
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test bench docs reference locks clean

demo: .venv/demo.done
	$(BIN)/mnerctl demo

# Processes share the cores, so each computes with one thread: two would wait for each other.
test: .venv/test.done
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses $(WORKERS) --no-loadscope-reorder

bench: .venv/test.done
	$(BIN)/python tests/benchmarks/run_all.py

# mkdocs reads the package from build/docs/mnerctl without importing it: a checkout may have any name.
docs: .venv/docs.done
	rm -rf build/docs
	mkdir -p build/docs/mnerctl
	ln -s $(addprefix ../../../,$(wildcard *.py) $(patsubst %/__init__.py,%,$(wildcard */__init__.py))) build/docs/mnerctl
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --site-dir '$(SITE)'

reference: .venv/test.done
	$(BIN)/python docs/reference/generate.py

# Writes the lock files for the versions of constraints.txt; it needs the package index.
locks: .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python .ci/locks.py

clean:
	rm -rf .venv build dist site *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/demo.done: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[train,offline]'
	touch $@

.venv/test.done: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[train,offline,label,publish,docs,dev]'
	touch $@ .venv/demo.done .venv/docs.done

.venv/docs.done: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[docs]'
	touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv
