"""`manage.py estimate` as people type it: a process without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from engagement.management.commands.estimate import chance
from tests.systems import MANAGE, environment

QUANTILES = {"mean", "q05", "q50", "q95"}


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(MANAGE), "estimate", *words],
        env=environment()
        | {
            "LONGRUN_DATA": str(tmp_path / "none"),
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/x",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    monday = date(2024, 1, 1)
    lines = ["channel,week,hours,responses,event"]
    for n in range(60):
        hours = (n * 7) % 11
        lines.append(f"blog,{monday + timedelta(weeks=n)},{hours},{40 + 9 * hours},0")
        lines.append(f"idle,{monday + timedelta(weeks=n)},0,3,0")
    lines += [f"blog,{monday + timedelta(weeks=60 + n)},5,,0" for n in range(3)]
    path = tmp_path / "weekly.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_it_prints_one_json_object_by_channel(tmp_path: Path, weekly: Path) -> None:
    done = run(tmp_path, str(weekly), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(answer) == ["blog", "idle"]
    blog = answer["blog"]
    assert set(blog) == {
        "weeks",
        "hours",
        "attributed",
        "return_per_hour",
        "next_hour",
        "half_life_weeks",
        "p_effect",
        "curve",
        "forecast",
        "verdict",
    }
    assert (blog["weeks"], blog["hours"], blog["verdict"]) == (60, 301.0, "pays_back")
    assert set(blog["attributed"]) == set(blog["next_hour"]) == QUANTILES
    assert [each["week"] for each in blog["forecast"]] == ["2025-02-24", "2025-03-03", "2025-03-10"]
    assert set(blog["forecast"][0]) == {"week"} | QUANTILES
    assert set(blog["curve"][0]) == {"hours", "q05", "q50", "q95"}
    assert answer["idle"]["verdict"] == "too_early"
    assert answer["idle"]["return_per_hour"]["mean"] is None
    assert run(tmp_path, str(weekly), "--json").stdout == done.stdout


def test_it_prints_a_table_without_json(tmp_path: Path, weekly: Path) -> None:
    lines = run(tmp_path, str(weekly)).stdout.splitlines()
    assert lines[0].split()[:2] == ["channel", "hours"]
    assert lines[1].endswith("pays_back")


def test_bad_input_is_one_line_and_status_2(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("channel,week,hours,responses\na,2025-01-06,-3,1\n", encoding="utf-8")
    done = run(tmp_path, str(bad))
    assert done.returncode == 2
    assert done.stderr == f"CommandError: {bad}: row 2, column hours: -3 is negative\n"
    missing = run(tmp_path, str(tmp_path / "none.csv"))
    assert (missing.returncode, len(missing.stderr.splitlines())) == (2, 1)


def test_no_probability_is_rounded_to_certainty() -> None:
    assert [chance(p) for p in (0.0, 0.884, 0.99, 0.9996, 1.0)] == [
        "0%",
        "88%",
        "99%",
        ">99%",
        "100%",
    ]
