# Everything begins here. Each target makes and keeps the virtual environment .venv by itself (bin/setup).
# PYTHON=/path/to/python3.12 chooses the interpreter, ARGS="..." hands arguments on: make run ARGS="--port 9000"

PY = .venv/bin/python

.PHONY: help demo run test bench lint docs pin clean
.NOTPARALLEL:

help: ## What can be made (this list)
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: ## The whole way on a fresh data folder: a sound, a list, real calls to the sandbox, the table of outcomes
	@bin/setup run
	@$(PY) demo/run.py $(ARGS)

run: ## The service, on http://127.0.0.1:8080 and the data folder sqlite/; Ctrl+C stops it
	@bin/setup run
	@exec $(PY) main.py $(ARGS)

test: ## All tests. What needs a program that is not installed is skipped and says which
	@bin/setup test
	@bin/test $(ARGS)

bench: ## Benchmarks of the service beside SIPp's own caller, 25 minutes; ARGS=--quick for two
	@bin/setup test
	@$(PY) -m bench $(ARGS)

lint: ## The checks of the code: ruff and mypy
	@bin/setup test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .

docs: ## The pages of /help anew, from docs/ into web/help
	@bin/setup test
	@$(PY) -m help_site.build $(ARGS)

pin: ## requirements.txt and requirements-dev.txt anew from the .in files
	@bin/setup test
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install -q --disable-pip-version-check uv
	$(PY) -m uv pip compile -q --universal --generate-hashes --python-version 3.10 --no-header $(ARGS) -o requirements.txt requirements.in
	$(PY) -m uv pip compile -q --universal --generate-hashes --python-version 3.10 --no-header $(ARGS) -c requirements.txt -o requirements-dev.txt requirements-dev.in

clean: ## Away with .venv and the caches; the data folder stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
