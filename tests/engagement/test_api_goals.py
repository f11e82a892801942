from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.models import GoalForecast
from tests.api import program_of, results
from tests.engagement.records import NOW
from tests.engagement.test_api_trends import file_of
from tracker.models import Channel, Goal, Metric, Team, User

FORECASTS = "/api/v1/teams/tideline/goals/forecasts/"


def forecast_of(metric: Metric, channel: Channel | None = None, **values: Any) -> GoalForecast:
    goal = Goal.objects.create(
        team=metric.team,
        metric=metric,
        channel=channel,
        target=500,
        starts_on=date(2026, 1, 5),
        due_on=date(2026, 6, 28),
    )
    known = {
        "model_version": "mixture-1",
        "last_week": date(2026, 2, 23),
        "counted": 120,
        "p_by_due": 0.75,
        "reached_early": date(2026, 5, 4),
        "reached": date(2026, 6, 1),
        "reached_late": None,
        "computed_at": NOW,
    }
    return GoalForecast.objects.create(team=metric.team, goal=goal, **(known | values))


def test_a_forecast_is_told_with_its_goal(vera: User, blog: Channel, comments: Metric) -> None:
    step = {
        "channel": blog.pk,
        "hours": 4,
        "early": "2026-04-06",
        "likely": "2026-05-04",
        "late": None,
    }
    row = forecast_of(comments, blog, patience=[step])
    assert results(program_of(vera), FORECASTS) == [
        {
            "goal": row.goal_id,
            "metric": comments.pk,
            "channel": blog.pk,
            "target": 500,
            "starts_on": "2026-01-05",
            "due_on": "2026-06-28",
            "counted": 120,
            "last_week": "2026-02-23",
            "p_by_due": 0.75,
            "reached_early": "2026-05-04",
            "reached": "2026-06-01",
            "reached_late": None,
            "model_version": "mixture-1",
            "computed_at": "2026-03-04T12:00:00Z",
            "patience": [step],
        }
    ]


def test_goals_can_be_chosen_by_channel_and_metric(
    vera: User, team: Team, blog: Channel, comments: Metric
) -> None:
    leads = Metric.objects.create(team=team, name="Leads", depth="outcome")
    of_all, of_blog, of_leads = (
        forecast_of(comments).goal_id,
        forecast_of(comments, blog).goal_id,
        forecast_of(leads).goal_id,
    )
    program = program_of(vera)

    def goals(**chosen: int) -> list[int]:
        return [row["goal"] for row in results(program, FORECASTS, **chosen)]

    assert goals() == [of_all, of_blog, of_leads]
    assert goals(metric=comments.pk) == [of_all, of_blog]
    assert goals(channel=blog.pk) == [of_blog]


def test_the_file_names_metric_and_channel(
    vera: User, blog: Channel, comments: Metric, other_team: Team
) -> None:
    forecast_of(comments)
    forecast_of(comments, blog)
    forecast_of(Metric.objects.create(team=other_team, name="Theirs", depth="outcome"))
    rows = file_of(program_of(vera), FORECASTS)
    assert [(row["metric_name"], row["channel_name"]) for row in rows] == [
        ("Comments", ""),
        ("Comments", "Blog"),
    ]
    assert "patience" not in rows[0]
    assert (rows[0]["p_by_due"], rows[0]["reached_late"]) == ("0.75", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_number_of_queries(
    vera: User, blog: Channel, comments: Metric, rows: int
) -> None:
    for _ in range(rows):
        forecast_of(comments, blog)
    program = program_of(vera)
    with CaptureQueriesContext(connection) as queries:
        assert len(results(program, FORECASTS)) == rows
    assert len(queries) == 3  # token with user, membership with team, rows with goals
    with CaptureQueriesContext(connection) as queries:
        assert len(file_of(program, FORECASTS)) == rows
    assert len(queries) == 5  # and channels and metrics for their names
