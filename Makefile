# Needs Python 3.11 or newer, pip and make; everything else is installed into .tools and .venv.
PY ?= python3
UV_VERSION := 0.13.8
UV := .tools/bin/uv
export UV_SYSTEM_CERTS := 1
# The tests start hundreds of commands; without compiled modules each would compile them all again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lock bench eval eval-letters eval-notes clean screenshots

demo: .venv/.run
	@.venv/bin/modwise check examples/demo.837 --fail-on never

test: .venv/.dev
	@.venv/bin/python -m ruff check -q .
	@.venv/bin/python -m mypy
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/python -m pytest -n 2 -o addopts=--strict-markers

bench: .venv/.dev
	@.venv/bin/python -m benchmarks

# Both are run, also when the first finds something wrong.
eval: .venv/.dev
	@.venv/bin/python -m evals.advise; first=$$?; .venv/bin/python -m evals.ask && exit $$first

# Letters that pass, in every form, and thousands of small wrongs done to them.
eval-letters: .venv/.dev
	@.venv/bin/python -m evals.letters

# MODWISE_NOTE_LABELS and MODWISE_NOTES_UNLABELLED name files of notes to read besides the invented ones.
eval-notes: .venv/.dev
	@.venv/bin/python -m evals.notes

# Needs Chromium.
screenshots: .venv/.dev
	@.venv/bin/python -m tools.screenshots

lock: $(UV)
	@$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate -p $(PY) pyproject.toml -o requirements.lock
	@$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate -p $(PY) --group dev pyproject.toml -o requirements-dev.lock

clean:
	@rm -rf .venv .tools build dist

$(UV):
	@$(PY) -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .tools uv==$(UV_VERSION)

# The build back end comes from the hashed lock file too, so nothing unpinned is fetched.
.venv/.run: $(UV) pyproject.toml requirements.lock requirements-dev.lock hatch_build.py
	@$(UV) venv -q --allow-existing -p $(PY) .venv
	@$(UV) pip install -q -p .venv --require-hashes -r requirements-dev.lock
	@$(UV) pip install -q -p .venv --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run
	@touch $@
