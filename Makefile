# Everything here also goes without make: `python3 run.py WORD`.
PYTHON ?= python3
export ONLY

.PHONY: run test check bench bench-crash bench-fuzz lock wheel clean

run:
	$(PYTHON) run.py

test:
	$(PYTHON) run.py test $(ARGS)

check:
	$(PYTHON) run.py check $(ARGS)

# ONLY=main picks one area.
bench:
	$(PYTHON) run.py bench $(ARGS)

bench-crash:
	$(PYTHON) run.py bench-crash $(ARGS)

# ARGS="--part language --seed 7 --count 100000" names the cases.
bench-fuzz:
	$(PYTHON) run.py bench-fuzz $(ARGS)

# UPGRADE=1 takes newer versions; without it only what changed in pyproject.toml.
lock:
	$(PYTHON) -m tools.lock

wheel:
	$(PYTHON) run.py install
	$(PYTHON) -m tools.wheel dist

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
