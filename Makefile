# demo, test and bench each make .venv and install what they need, once; run them again at any time.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test bench reference clean

demo: .venv/demo.done
	$(BIN)/mnerctl demo

test: .venv/test.done
	$(BIN)/pytest

bench: .venv/test.done
	$(BIN)/python tests/benchmarks/run_all.py

reference: .venv/test.done
	$(BIN)/python docs/reference/generate.py

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

.venv/demo.done: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[train,offline]'
	touch $@

.venv/test.done: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[train,offline,label,publish,dev]'
	touch $@ .venv/demo.done

.venv/bin/python:
	$(PYTHON) -m venv .venv
