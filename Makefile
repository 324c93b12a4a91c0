# Set up, demonstrate, check and measure. `make` alone lists the commands.
# Paths stay relative to this folder, so that it may be called anything.
.POSIX:

PYTHON = python3
BIN = .venv/bin
PACKAGES = simulator scenarios results calibration experiments
FORMATTED = $(PACKAGES) tests benchmarks proofs
WORKERS = 2

help:
	@echo 'make demo         run Zhejiang 2018-2022 and print the answer'
	@echo 'make test         everything that must pass: format, lint, types, layers, tests'
	@echo 'make check        the same'
	@echo 'make lint         the same without the tests'
	@echo 'make bench        time per rule, outside rules, and per household-quarter'
	@echo 'make proofs       long statistical proofs whose results are missing or old'
	@echo 'make docs         write the generated pages of docs/'
	@echo 'make constraints  resolve the dependencies anew for $(PYTHON) and pin them'
	@echo 'make clean        remove what the commands above made, but for runs/'

# The pins are per Python minor; a minor without a file takes the newest versions allowed.
.venv/.installed: pyproject.toml constraints/py311.txt constraints/py312.txt constraints/py313.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "fupin needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	pins=constraints/py$$($(BIN)/python -c 'import sys; print("%d%d" % sys.version_info[:2])').txt; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(test -f "$$pins" && echo "-c $$pins") -e '.[dev]'
	touch .venv/.installed

demo: .venv/.installed
	$(BIN)/fupin run zhejiang_2018_2022 --again --leave-one-out 5

lint: .venv/.installed
	$(BIN)/python -m ruff format --check $(FORMATTED)
	$(BIN)/python -m ruff check $(FORMATTED)
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

check: lint
	$(BIN)/python -m pytest -n $(WORKERS)

test: check

bench: .venv/.installed
	$(BIN)/python -m benchmarks

proofs: .venv/.installed
	$(BIN)/python -m proofs

docs: .venv/.installed
	$(BIN)/python -m experiments.command_page docs/command_line.md
	$(BIN)/python -m experiments.documentation

constraints:
	PYTHON='$(PYTHON)' sh constraints/resolve.sh

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(PACKAGES) tests benchmarks proofs -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help demo lint check test bench proofs docs constraints clean
