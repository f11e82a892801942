from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from engagement.goals import HOURS_A_WEEK, forecast_goals
from engagement.models import GoalForecast, MetricEstimate
from engagement.returns.estimate import MODEL_VERSION, estimate
from engagement.returns.forecast import p_reached, p_reached_by_week, prolonged
from tests.engagement.prospects import AHEAD, a_history, store
from tests.engagement.records import NOW, THIS_WEEK, receive
from tracker.calendar import WEEK
from tracker.models import Channel, Goal, Metric, Team

LAST_WEEK = THIS_WEEK - WEEK
DAY = timedelta(days=1)


@pytest.fixture
def leads(team: Team) -> Metric:
    return Metric.objects.create(team=team, name="Leads", depth=Metric.Depth.OUTCOME)


def a_goal(
    metric: Metric,
    target: int,
    channel: Channel | None = None,
    *,
    starts: date = THIS_WEEK,
    due: date = THIS_WEEK + 13 * WEEK - DAY,
) -> Goal:
    return Goal.objects.create(
        team=metric.team,
        metric=metric,
        channel=channel,
        target=target,
        starts_on=starts,
        due_on=due,
    )


def forecast(goal: Goal) -> GoalForecast | None:
    return GoalForecast.objects.filter(goal=goal).first()


def dates(found: GoalForecast | None) -> tuple[date | None, date | None, date | None]:
    assert found is not None
    return found.reached_early, found.reached, found.reached_late


def weeks_from(probability: np.ndarray) -> tuple[date | None, ...]:
    return tuple(
        THIS_WEEK + int(np.argmax(probability >= level)) * WEEK
        if probability[-1] >= level
        else None
        for level in (0.05, 0.5, 0.95)
    )


def run(team: Team) -> None:
    forecast_goals(team=team, now=NOW)


# --- open goals ---------------------------------------------------------------------------


def test_a_goal_on_one_channel_follows_the_forecast_of_its_metric(
    blog: Channel, meetup: Channel, comments: Metric, leads: Metric
) -> None:
    history = a_history(1)
    store(blog, history, comments)
    store(meetup, a_history(2), comments)  # which is no concern of this goal
    goal = a_goal(comments, 300, blog, starts=THIS_WEEK - 2 * WEEK)
    receive(blog, comments, LAST_WEEK, 40)
    receive(blog, comments, THIS_WEEK - 2 * WEEK, 35)
    for channel, metric, day in (
        (blog, comments, THIS_WEEK),  # in the running week, which is forecast
        (blog, comments, THIS_WEEK - 2 * WEEK - DAY),  # before it begins
        (meetup, comments, LAST_WEEK),
        (blog, leads, LAST_WEEK),
    ):
        receive(channel, metric, day, 1000)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    assert (found.counted, found.last_week, found.model_version) == (75, LAST_WEEK, MODEL_VERSION)
    answer = estimate(history)
    probability = p_reached_by_week(answer.total_ahead_mean, answer.total_ahead_variance, 225)
    assert dates(found) == weeks_from(probability)
    assert None not in dates(found)
    assert found.p_by_due == pytest.approx(probability[12], abs=1e-4)


def test_channels_add_up_as_if_they_erred_independently(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    histories = [a_history(1), a_history(2)]
    for channel, history in zip((blog, meetup), histories, strict=True):
        store(channel, history, comments)
        receive(channel, comments, LAST_WEEK, 10)
    target = 20 + 13 * 2 * 28
    goal = a_goal(comments, target, starts=LAST_WEEK)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    assert found.counted == 20
    answers = [estimate(history) for history in histories]
    probability = p_reached(
        sum(answer.total_ahead_mean[12] for answer in answers),
        sum(answer.total_ahead_variance[12] for answer in answers),
        np.array(target - 20),
    )
    assert 0.05 < found.p_by_due < 0.95
    assert found.p_by_due == pytest.approx(float(probability), abs=1e-3)


def test_a_day_within_a_week_takes_its_share_of_the_week(blog: Channel, comments: Metric) -> None:
    history = a_history(1)
    store(blog, history, comments)
    goals = [
        a_goal(comments, 150, blog, due=THIS_WEEK + 5 * WEEK + days * DAY) for days in range(-1, 7)
    ]
    run(blog.team)
    chances = [found.p_by_due for goal in goals if (found := forecast(goal))]
    assert chances == sorted(chances)
    answer = estimate(history)
    mean, variance = answer.total_ahead_mean, answer.total_ahead_variance
    # To the end of the fourth day: three of seven days were left out.
    expected = p_reached(
        mean[4] + (mean[5] - mean[4]) * 4 / 7,
        variance[4] + (variance[5] - variance[4]) * 4 / 7,
        np.array(150),
    )
    assert chances[4] == pytest.approx(float(expected), abs=1e-3)


def test_counting_that_begins_later_leaves_out_what_comes_before(
    blog: Channel, comments: Metric
) -> None:
    history = a_history(1)
    store(blog, history, comments)
    later = a_goal(comments, 200, blog, starts=THIS_WEEK + 6 * WEEK, due=THIS_WEEK + 20 * WEEK)
    now = a_goal(comments, 200, blog)
    beyond = a_goal(comments, 5, blog, starts=THIS_WEEK + 26 * WEEK, due=THIS_WEEK + 30 * WEEK)
    run(blog.team)
    reached = [dates(forecast(goal))[1] for goal in (now, later)]
    assert None not in reached
    assert reached[1] - reached[0] == 6 * WEEK
    assert forecast(beyond) is None


def test_a_due_day_beyond_the_forecast_is_looked_at_as_it_goes_on(
    blog: Channel, comments: Metric
) -> None:
    history = a_history(1)
    store(blog, history, comments)
    usual = float(estimate(history).total_ahead_mean[-1]) / AHEAD
    targets = [round(usual * 52 * share) for share in (0.6, 0.9, 1.8)]
    goals = [a_goal(comments, each, blog, due=THIS_WEEK + 52 * WEEK - DAY) for each in targets]
    run(blog.team)
    chances = [found.p_by_due for goal in goals if (found := forecast(goal))]
    answer = estimate(history)
    mean = prolonged(answer.total_ahead_mean, 52)[-1]
    variance = prolonged(answer.total_ahead_variance, 52, squares=True)[-1]
    assert chances == pytest.approx(p_reached(mean, variance, np.array(targets)), abs=1e-3)
    assert chances[0] > chances[1] + 0.02 > 0.5 > chances[2] + 0.02
    assert dates(forecast(goals[1]))[2] is None


def test_a_channel_without_hours_goes_on_as_lately(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    store(blog, a_history(1, effect=0.0), comments)
    goal = a_goal(comments, 13 * 20, blog)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    assert 0.2 < found.p_by_due < 0.8
    assert found.patience == []


# --- goals that are decided ---------------------------------------------------------------


def test_a_goal_that_has_been_reached_says_when(blog: Channel, comments: Metric) -> None:
    goal = a_goal(comments, 50, starts=THIS_WEEK - 4 * WEEK)
    for weeks, count in ((4, 30), (3, 19), (2, 1), (1, -10)):
        receive(blog, comments, THIS_WEEK - weeks * WEEK + 2 * DAY, count)
    run(blog.team)  # without any estimate
    found = forecast(goal)
    assert found is not None
    assert (found.p_by_due, found.counted, found.patience) == (1.0, 40, [])
    assert dates(found) == (THIS_WEEK - 2 * WEEK,) * 3


def test_a_goal_that_is_over_was_missed_whatever_comes_now(blog: Channel, comments: Metric) -> None:
    store(blog, a_history(1), comments)
    goal = a_goal(comments, 50, starts=THIS_WEEK - 4 * WEEK, due=LAST_WEEK + 2 * DAY)
    receive(blog, comments, LAST_WEEK, 49)
    receive(blog, comments, LAST_WEEK + 3 * DAY, 49)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    assert (found.p_by_due, found.counted) == (0.0, 49)
    assert dates(found) == (None, None, None)


def test_more_than_can_be_kept_is_reached_all_the_same(blog: Channel, comments: Metric) -> None:
    goal = a_goal(comments, 2**31 - 1, starts=THIS_WEEK - 2 * WEEK)
    for weeks in (2, 1):
        receive(blog, comments, THIS_WEEK - weeks * WEEK, 2**31 - 1)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    assert (found.p_by_due, found.counted) == (1.0, 2**31 - 1)


# --- patience -----------------------------------------------------------------------------


def test_patience_tells_the_same_weeks_at_other_hours_on_each_channel(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    store(blog, a_history(1, planned=2.0, effect=10.0), comments)
    store(meetup, a_history(2, effect=0.0), comments)
    goal = a_goal(comments, 600)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    rows: list[dict[str, Any]] = found.patience
    assert [(row["channel"], row["hours"]) for row in rows] == [(blog.pk, h) for h in HOURS_A_WEEK]
    # At the plan's own hours, the plan's own weeks.
    own = [None if day is None else day.isoformat() for day in dates(found)]
    assert [rows[0][name] for name in ("early", "likely", "late")] == own
    likely = [row["likely"] for row in rows]
    assert likely == sorted(likely, reverse=True)
    assert likely[-1] < likely[0]


def test_patience_is_less_sure_of_a_change_than_of_the_plan(
    blog: Channel, comments: Metric
) -> None:
    history = a_history(1, planned=2.0, effect=10.0)
    effect = store(blog, history, comments)
    assert effect is not None
    goal = a_goal(comments, 1000, blog)
    run(blog.team)
    found = forecast(goal)
    assert found is not None
    answer = estimate(history)
    more, planned = (effect.by_week(history.hours, np.full(AHEAD, hours)) for hours in (16.0, 2.0))
    shift = np.cumsum(more - planned, axis=1)
    mean = answer.total_ahead_mean + shift.mean(axis=0)
    probability = [
        p_reached_by_week(mean, answer.total_ahead_variance + extra, 1000)
        for extra in (shift.var(axis=0), 0.0)
    ]
    sure, surer = ([day and day.isoformat() for day in weeks_from(each)] for each in probability)
    row = found.patience[-1]
    assert row == {
        "channel": blog.pk,
        "hours": 16,
        **dict(zip(("early", "likely", "late"), sure, strict=True)),
    }
    assert None not in sure
    assert sure != surer


# --- what is kept -------------------------------------------------------------------------


def kept() -> list[dict[str, Any]]:
    return list(GoalForecast.objects.order_by("goal").values())


def test_a_second_run_writes_the_same(blog: Channel, meetup: Channel, comments: Metric) -> None:
    store(blog, a_history(1), comments)
    for target in (10, 300, 10_000):
        a_goal(comments, target)
    run(blog.team)
    first = kept()
    assert len(first) == 3
    run(blog.team)
    assert kept() == first


def test_what_no_longer_applies_is_taken_away(
    blog: Channel, comments: Metric, other_team: Team
) -> None:
    store(blog, a_history(1), comments)
    goal, other = a_goal(comments, 300), a_goal(comments, 300)
    run(blog.team)
    forecast_goals(team=other_team, now=NOW)  # which touches nothing of this team's
    assert len(kept()) == 2
    Goal.objects.filter(pk=goal.pk).update(
        starts_on=THIS_WEEK - 60 * WEEK, due_on=THIS_WEEK - 27 * WEEK
    )
    run(blog.team)
    assert forecast(goal) is None
    MetricEstimate.objects.all().delete()
    run(blog.team)
    assert forecast(other) is None


def test_a_goal_waits_until_all_its_channels_are_of_todays_model(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    for seed, channel in enumerate((blog, meetup)):
        store(channel, a_history(seed), comments)
    everywhere, here = a_goal(comments, 900), a_goal(comments, 300, blog)
    theirs = MetricEstimate.objects.filter(channel=meetup)
    theirs.update(model_version="mixture-0")
    run(blog.team)
    assert forecast(everywhere) is None
    assert forecast(here) is not None
    theirs.update(model_version=MODEL_VERSION)
    run(blog.team)
    before = forecast(everywhere)
    assert before is not None
    # What it has is kept, however many weeks pass without them.
    theirs.update(model_version="mixture-0")
    run(blog.team)
    assert forecast(everywhere) == before
    # Nobody computes a channel that is not in use, so nobody waits for it.
    Channel.objects.filter(pk=meetup.pk).update(archived_at=NOW)
    run(blog.team)
    after = forecast(everywhere)
    assert after is not None
    assert after.p_by_due < before.p_by_due


def test_forecasts_of_last_week_are_read_from_this_week_on(blog: Channel, comments: Metric) -> None:
    history = a_history(1)
    store(blog, history, comments)
    goal = a_goal(comments, 150, blog, starts=THIS_WEEK, due=THIS_WEEK + 6 * WEEK - DAY)
    receive(blog, comments, THIS_WEEK, 20)
    forecast_goals(team=blog.team, now=NOW + WEEK)
    found = forecast(goal)
    assert found is not None
    assert (found.counted, found.last_week) == (20, THIS_WEEK)
    answer = estimate(history)
    mean = answer.total_ahead_mean[1:] - answer.total_ahead_mean[0]
    variance = answer.total_ahead_variance[1:] - answer.total_ahead_variance[0]
    week = int(np.argmax(p_reached_by_week(mean, variance, 130) >= 0.5))
    assert found.reached == THIS_WEEK + (week + 1) * WEEK
    expected = float(p_reached(mean[4], variance[4], np.array(130)))
    assert 0.1 < expected < 0.9
    assert found.p_by_due == pytest.approx(expected, abs=1e-3)
    # A forecast that has run out says nothing.
    GoalForecast.objects.all().delete()
    Goal.objects.update(due_on=THIS_WEEK + 60 * WEEK)
    forecast_goals(team=blog.team, now=NOW + 26 * WEEK)
    assert forecast(goal) is None


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_as_many_queries_for_many_goals_as_for_one(
    blog: Channel,
    meetup: Channel,
    comments: Metric,
    leads: Metric,
    many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for seed, channel in enumerate((blog, meetup)[:many]):
        store(channel, a_history(seed), comments)
    for number in range(many):
        a_goal(comments, 100 * (number + 1))
        if many > 1:
            a_goal(leads, 100, meetup)
    team = blog.team
    with django_assert_num_queries(6):
        run(team)
