"""Triggers that keep allocations whose week has begun exactly as they were written.

A week counts as begun when it has begun in UTC. SQLite rebuilds a table to alter it and drops
its triggers with the old one: a later migration that alters `tracker_allocation` must install
them again (a test fails if it does not).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIXED = "an allocation whose week has begun cannot be changed; add one from next week on"
TOO_SOON = "an allocation begins this week at the earliest, or next week where one is in force"

SQLITE_MONDAY = "date('now', 'weekday 0', '-6 days')"
SQLITE_CLOSED = "(SELECT past_open FROM tracker_team WHERE id = {row}.team_id) = 0"
SQLITE = [
    f"""
    CREATE TRIGGER allocation_past_no_update BEFORE UPDATE ON tracker_allocation
    WHEN {SQLITE_CLOSED.format(row="OLD")}
      AND (OLD.from_week <= {SQLITE_MONDAY} OR NEW.from_week <= {SQLITE_MONDAY})
    BEGIN SELECT RAISE(ABORT, '{FIXED}'); END
    """,
    f"""
    CREATE TRIGGER allocation_past_no_delete BEFORE DELETE ON tracker_allocation
    WHEN {SQLITE_CLOSED.format(row="OLD")} AND OLD.from_week <= {SQLITE_MONDAY}
    BEGIN SELECT RAISE(ABORT, '{FIXED}'); END
    """,
    f"""
    CREATE TRIGGER allocation_past_no_insert BEFORE INSERT ON tracker_allocation
    WHEN {SQLITE_CLOSED.format(row="NEW")}
      AND (NEW.from_week < {SQLITE_MONDAY}
        OR (NEW.from_week = {SQLITE_MONDAY} AND EXISTS (
          SELECT 1 FROM tracker_allocation AS held
          WHERE held.channel_id = NEW.channel_id AND held.from_week <= {SQLITE_MONDAY})))
    BEGIN SELECT RAISE(ABORT, '{TOO_SOON}'); END
    """,
]
SQLITE_REMOVE = [
    f"DROP TRIGGER IF EXISTS allocation_past_no_{verb}" for verb in ("update", "delete", "insert")
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION allocation_keep_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      monday date := date_trunc('week', now() AT TIME ZONE 'UTC')::date;
      row_team bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.team_id ELSE OLD.team_id END;
    BEGIN
      IF NOT (SELECT past_open FROM tracker_team WHERE id = row_team) THEN
        IF TG_OP <> 'INSERT' AND OLD.from_week <= monday THEN
          RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.from_week <= monday THEN
          RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF TG_OP = 'INSERT' AND (NEW.from_week < monday OR (NEW.from_week = monday AND EXISTS (
            SELECT 1 FROM tracker_allocation AS held
            WHERE held.channel_id = NEW.channel_id AND held.from_week <= monday))) THEN
          RAISE EXCEPTION '{TOO_SOON}' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END IF;
      RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$
    """,
    """
    CREATE TRIGGER allocation_keep_the_past BEFORE INSERT OR UPDATE OR DELETE
    ON tracker_allocation FOR EACH ROW EXECUTE FUNCTION allocation_keep_the_past()
    """,
]
POSTGRESQL_REMOVE = [
    "DROP TRIGGER IF EXISTS allocation_keep_the_past ON tracker_allocation",
    "DROP FUNCTION IF EXISTS allocation_keep_the_past",
]


def install(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    remove(apps, schema_editor)
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_REMOVE if on_postgresql else SQLITE_REMOVE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
