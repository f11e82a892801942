from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from django.db import connection

from tests.systems import started
from tests.workers import url_of_postgres_database


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="LONGRUN_TEST_DATABASE is not postgres"
)
def test_it_runs_on_postgresql(tmp_path: Path, transactional_db: None) -> None:
    name = f"up_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        environ = {"DATABASE_URL": url_of_postgres_database(name)}
        with started(tmp_path / "data", options=("--demo",), environ=environ) as system:
            system.wait_until_it_answers()
            status, body = system.get("/healthz/")
            assert (status, json.loads(body)) == (200, {"database": True, "broker": True})
        assert not (system.data / "longrun.sqlite3").exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
