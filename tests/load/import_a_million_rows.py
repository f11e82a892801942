"""
How long a large file of ours takes, and how much memory: run by hand.

    LONGRUN_DATA=/tmp/load python tests/load/import_a_million_rows.py [ROWS]

makes a team of its own in that data folder, imports a file of ROWS rows (a million) over the
command line, and prints the seconds and the most memory that the process held.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django; django.setup()
from tracker.models import Channel, Team
team, _ = Team.objects.get_or_create(slug="load", defaults={"name": "Load"})
for n in range(12):
    Channel.objects.get_or_create(
        team=team, name=f"Channel {n}", defaults={"kind": "blog", "medium": "online"}
    )
"""


def write_hours(path: Path, rows: int) -> None:
    """A file of ours in which no two rows are the same entry's, over some three years."""
    people = [f"person{n}@example.com" for n in range(40)]
    activities = ["create", "reply", "listen", "meet"]
    first = date(2023, 1, 2)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "channel", "activity", "minutes", "posts", "note", "person"])
        for n in range(rows):
            writer.writerow(
                [
                    first + timedelta(days=n * 1000 // rows),
                    f"Channel {n % 12}",
                    activities[n // 12 % 4],
                    5 + n % 90,
                    n % 3,
                    f"entry {n}",
                    people[n // 48 % 40],
                ]
            )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(ROOT),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hours.csv"
        write_hours(path, rows)
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], check=True, env=environment)
        subprocess.run([sys.executable, "-c", PREPARE], check=True, env=environment)
        started = time.monotonic()
        subprocess.run(
            [*manage, "import", str(path), "--team", "load"], check=True, env=environment
        )
        seconds = time.monotonic() - started
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(
        f"{rows:,} rows in {seconds:.0f} s, {rows / seconds:,.0f} a second, "
        f"at most {megabytes:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
