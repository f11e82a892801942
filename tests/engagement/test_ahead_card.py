from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engagement.ahead import Ahead
from engagement.ahead_card import Outlook, ahead_card, goal_line
from engagement.amounts import unit_of
from engagement.bands import Band
from engagement.models import GoalForecast
from tracker.models import Channel, Goal, Metric

TODAY = date(2026, 3, 4)
EUROS = unit_of("EUR")


def goal_with(due_on: date = date(2026, 6, 28), **forecast: Any) -> Goal:
    """Unsaved: 500 comments on all channels."""
    goal = Goal(metric=Metric(name="Comments"), target=500, due_on=due_on)
    if forecast:
        known: dict[str, Any] = {
            "model_version": "mixture-2",
            "last_week": date(2026, 2, 23),
            "counted": 120,
            "p_by_due": 0.75,
            "reached_early": date(2026, 5, 4),
            "reached": date(2026, 6, 1),
            "reached_late": date(2026, 7, 6),
        }
        goal.forecast = GoalForecast(goal=goal, **(known | forecast))
    return goal


def told(**forecast: Any) -> tuple[str, str, str]:
    line = goal_line(goal_with(**forecast), TODAY)
    return line.reached, line.interval, line.chance


def test_a_goal_is_told_with_its_interval_and_its_chance() -> None:
    line = goal_line(goal_with(counted=1234), TODAY)
    assert (line.name, line.scope, line.due) == ("Comments", "all channels", "28 Jun")
    assert (line.counted, line.share) == ("1,234 of 500", "246%")
    assert (line.reached, line.interval, line.chance) == ("1 Jun", "4 May – 6 Jul", "75%")
    goal = goal_with(counted=499)
    goal.channel = Channel(name="Blog")
    line = goal_line(goal, TODAY)
    assert (line.scope, line.share) == ("Blog", "99%")


@pytest.mark.parametrize(
    ("forecast", "words"),
    [
        ({"reached_late": None}, ("1 Jun", "4 May – later", "75%")),
        (
            {"reached": None, "reached_late": None},
            ("later than half a year", "4 May – later", "75%"),
        ),
        (
            {"reached_early": None, "reached": None, "reached_late": None, "p_by_due": 0.0},
            ("later than half a year", "", "under 1%"),
        ),
        (
            {"reached_early": date(2026, 6, 1), "reached_late": date(2026, 6, 1), "p_by_due": 1.0},
            ("1 Jun", "1 Jun", "over 99%"),
        ),
        ({"p_by_due": 0.99}, ("1 Jun", "4 May – 6 Jul", "99%")),
        (
            {
                "reached_early": date(2026, 2, 16),
                "reached": date(2026, 2, 16),
                "reached_late": date(2026, 2, 16),
                "p_by_due": 1.0,
            },
            ("16 Feb", "", "reached"),
        ),
        (
            {
                "due_on": date(2026, 2, 28),
                "reached_early": None,
                "reached": None,
                "reached_late": None,
                "p_by_due": 0.0,
            },
            ("–", "", "missed"),
        ),
    ],
)
def test_words_claim_no_more_than_is_known(
    forecast: dict[str, Any], words: tuple[str, str, str]
) -> None:
    assert told(**forecast) == words


def test_a_goal_without_a_forecast_says_so() -> None:
    line = goal_line(goal_with(), TODAY)
    assert (line.counted, line.share) == ("0 of 500", "")
    assert (line.reached, line.interval, line.chance) == ("–", "", "not forecast yet")


def test_open_goals_stand_before_those_that_are_over() -> None:
    over, open_goal = goal_with(date(2026, 3, 1), counted=3), goal_with(date(2026, 3, 2), counted=4)
    card = ahead_card([], [over, open_goal], unit=EUROS, today=TODAY)
    assert [(line.counted, line.is_over) for line in card.lines] == [
        ("4 of 500", False),
        ("3 of 500", True),
    ]
    assert (card.counted_until, card.model_version) == ("1 Mar", "mixture-2")


def test_what_should_come_back_has_its_interval() -> None:
    known = Ahead(weeks=4, last_week=date(2026, 3, 23), worth=Band(403.0, 338.0, 471.0))
    card = ahead_card([known, None], [], unit=EUROS, today=TODAY, without_hours=["Blog", "X"])
    assert card.outlook == (Outlook(worth="€400 (340–470)", weeks=4),)
    assert card.without_hours == "Blog, X"
    assert (card.counted_until, card.model_version) == ("", "")
