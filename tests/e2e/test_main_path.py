"""From nothing to a number: `up`, two files over the command line, the worker, the API."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.systems import MANAGE, Up, started, wait_until
from tracker.calendar import WEEK as WEEK_LENGTH
from tracker.calendar import monday_of

# `up` makes a database of its own, so one of the suite's two runs is enough.
pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the suite's run on SQLite has it"
)

# A week that the demo's two years hold, whenever this runs.
WEEK = monday_of(timezone.now().date()) - 20 * WEEK_LENGTH
TUESDAY, WEDNESDAY = WEEK + timedelta(days=1), WEEK + timedelta(days=2)
HOURS = f"""\
User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)
Ida Berg,ida@example.org,,Social,Replies,Answered the thread,No,{TUESDAY},09:00:00,{TUESDAY},10:15:00,01:15:00,,
Ida Berg,ida@example.org,,Social,Create,Two posts,No,{WEDNESDAY},13:00:00,{WEDNESDAY},13:45:00,00:45:00,,
"""
TWEETS = f"""\
Tweet id,Tweet permalink,Tweet text,time,impressions,engagements,engagement rate,retweets,replies,likes,user profile clicks,url clicks
1399999999999999901,https://twitter.com/i/status/1399999999999999901,"Rotas,
in one file",{WEDNESDAY} 09:30 +0000,1376.0,39.0,0.028,4.0,2.0,13.0,5.0,16.0
"""


def manage(up: Up, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(MANAGE), *words],
        env=up.environment | {"LONGRUN_DATA": str(up.data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(up: Up, token: str, path: str) -> Any:
    site = http.client.HTTPConnection("127.0.0.1", up.port, timeout=30)
    try:
        site.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        answer = site.getresponse()
        body = answer.read()
        assert answer.status == http.client.OK, body
        return json.loads(body)
    finally:
        site.close()


def week_of_x(up: Up, token: str) -> dict[str, Any] | None:
    """The trend of the demo's channel X in WEEK; None until the worker has computed it."""
    channels = ask(up, token, "teams/tideline/channels/")["results"]
    (channel,) = (found["id"] for found in channels if found["name"] == "X")
    rows = ask(up, token, f"teams/tideline/trends/weekly/?channel={channel}&from={WEEK}&to={WEEK}")[
        "results"
    ]
    return rows[0] if rows else None


def test_two_files_reach_the_trend_through_the_worker(tmp_path: Path) -> None:
    toggl, tweets = tmp_path / "toggl.csv", tmp_path / "tweets.csv"
    toggl.write_text(HOURS, encoding="utf-8-sig")
    tweets.write_text(TWEETS, encoding="utf-8")
    with started(tmp_path / "data", options=("--demo",)) as up:
        up.wait_until_it_answers()
        token = manage(up, "token", "demo@example.com", "--name", "test", "--read-only").split()[-1]
        wait_until(lambda: week_of_x(up, token) is not None, up=up)
        before = week_of_x(up, token)
        assert before is not None
        metrics = ask(up, token, "teams/tideline/metrics/")["results"]
        likes = str(next(metric["id"] for metric in metrics if metric["name"] == "Likes"))

        manage(up, "import", str(toggl), "--team", "tideline", "--map", "Social=X")
        manage(up, "import", str(tweets), "--team", "tideline", "--channel", "X")

        def arrived() -> bool:
            now = week_of_x(up, token)
            assert now is not None
            return (
                now["logged_minutes"] == before["logged_minutes"] + 120
                and now["responses"][likes] == before["responses"][likes] + 13
            )

        wait_until(arrived, up=up)
