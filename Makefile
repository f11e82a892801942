# run: the whole system with its demo, on http://127.0.0.1:8000/ (make run ARGS="--port 9000")
# test: every test, on SQLite and then, but for pure arithmetic, on PostgreSQL
#       (make test ARGS="tests/tracker -k plan")
# lint: style, types, arrows between the packages, migrations, API schema, production settings
# bench: what the estimate costs, and how it fares where the truth is known
# Each needs Python 3.11 or later and nothing else; PYTHON=/path/to/python3.12 chooses another.

PYTHON ?= python3
PIP = .venv/bin/python -m pip install -qq --disable-pip-version-check
MANAGE = .venv/bin/python manage.py

.PHONY: run test lint bench

run: .venv/.installed
	@exec $(MANAGE) up --demo $(ARGS)

test: .venv/.installed-dev
	.venv/bin/pytest -q -n logical --maxprocesses 8 $(ARGS)
	LONGRUN_TEST_DATABASE=postgres .venv/bin/pytest -q -n logical --maxprocesses 8 --ignore tests/engagement/returns $(ARGS)

lint: .venv/.installed-dev
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) spectacular --validate --fail-on-warn --file /dev/null
	LONGRUN_PRODUCTION=1 ALLOWED_HOSTS=longrun.example \
	SECRET_KEY=$$(.venv/bin/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	$(MANAGE) check --deploy --fail-level WARNING

.venv/.installed: requirements.txt | .venv/bin/pip
	@echo "Installing requirements.txt …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt requirements.txt | .venv/bin/pip
	@echo "Installing requirements-dev.txt …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.installed

.venv/bin/pip:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	echo "Longrun needs Python 3.11 or later; name one with make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv .venv

bench: .venv/.installed-dev
	OPENBLAS_NUM_THREADS=1 PYTHONPATH=. .venv/bin/python tests/load/returns.py $(ARGS)
