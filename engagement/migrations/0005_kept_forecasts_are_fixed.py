"""Triggers that keep a week's forecast as it stood when the week was over.

The database does not know in which week a team lives. What it knows is that a week is over once
it is counted, or once its channel has a forecast of a later week. SQLite rebuilds a table to
alter it and drops its triggers with the old one: a later migration that alters
`engagement_weekforecast` must install them again (a test fails if it does not).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIXED = "a forecast of a week that is over cannot be changed"
AFTERWARDS = "a forecast that was made in hindsight cannot be said to have come in time"

# All but `counted`: late responses change what a week brought.
COLUMNS = (
    "id",
    "team_id",
    "channel_id",
    "week",
    "hours",
    "mean",
    "low",
    "high",
    "worths",
    "last_weeks_low",
    "last_weeks_high",
    "last_year_low",
    "last_year_high",
    "in_hindsight",
    "model_version",
    "made_at",
)
IS_OVER = """(OLD.counted IS NOT NULL OR EXISTS (
    SELECT 1 FROM engagement_weekforecast AS later
    WHERE later.channel_id = OLD.channel_id AND later.week > OLD.week))"""
CLOSED = "NOT (SELECT past_open FROM tracker_team WHERE id = OLD.team_id)"


def differs(operator: str) -> str:
    return " OR ".join(f"OLD.{column} {operator} NEW.{column}" for column in COLUMNS)


SQLITE = [
    f"""
    CREATE TRIGGER week_forecast_no_update BEFORE UPDATE ON engagement_weekforecast
    WHEN NOT OLD.in_hindsight AND ({differs("IS NOT")}) AND {CLOSED} AND {IS_OVER}
    BEGIN SELECT RAISE(ABORT, '{FIXED}'); END
    """,
    f"""
    CREATE TRIGGER week_forecast_in_hindsight BEFORE UPDATE ON engagement_weekforecast
    WHEN OLD.in_hindsight AND NOT NEW.in_hindsight AND {CLOSED}
    BEGIN SELECT RAISE(ABORT, '{AFTERWARDS}'); END
    """,
]
SQLITE_REMOVE = [
    "DROP TRIGGER IF EXISTS week_forecast_no_update",
    "DROP TRIGGER IF EXISTS week_forecast_in_hindsight",
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION week_forecast_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT OLD.in_hindsight AND ({differs("IS DISTINCT FROM")}) AND {CLOSED} AND {IS_OVER} THEN
        RAISE EXCEPTION '{FIXED}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF OLD.in_hindsight AND NOT NEW.in_hindsight AND {CLOSED} THEN
        RAISE EXCEPTION '{AFTERWARDS}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER week_forecast_keep BEFORE UPDATE
    ON engagement_weekforecast FOR EACH ROW EXECUTE FUNCTION week_forecast_keep()
    """,
]
POSTGRESQL_REMOVE = [
    "DROP TRIGGER IF EXISTS week_forecast_keep ON engagement_weekforecast",
    "DROP FUNCTION IF EXISTS week_forecast_keep",
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
    dependencies = [("engagement", "0004_worth_of_then")]

    operations = [migrations.RunPython(install, remove)]
