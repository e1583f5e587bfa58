# Two commands for a newcomer: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8501
BIN     = $(VENV)/bin

export STREAMLIT_BROWSER_GATHER_USAGE_STATS = false
export OPENBLAS_NUM_THREADS = 1

.PHONY: demo demo-data test test-browser check fix install dev lock clean

demo: install demo-data
	@echo "Opening http://127.0.0.1:$(PORT)  (Ctrl-C ends it)"
	$(BIN)/streamlit run app.py --server.port $(PORT) --server.address 127.0.0.1

demo-data: install
	$(BIN)/zhibiao demo

test: install
	$(BIN)/python -m pytest -n 2

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install dev: $(VENV)/.installed

# uv when it is there, plain pip otherwise; both install by hash from a file without addresses.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or later is needed, and $(PYTHON) is none: run make with PYTHON=python3.11 or a later one." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: apt-get install $(notdir $(PYTHON))-venv first." >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; \
	fi
	$(BIN)/python scripts/link_checkout.py
	@touch $@

lock:
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate \
	  pyproject.toml --group dev -o requirements.lock

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
