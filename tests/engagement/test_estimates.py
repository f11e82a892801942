from __future__ import annotations

from itertools import permutations

import pytest

from engagement.models import Estimate, MetricEstimate, Response, WeeklyTrend
from tests.engagement.computing import channel_named, compute, compute_together, goal_of
from tests.engagement.records import NOW, THIS_WEEK, live_through, receive
from tracker.calendar import WEEK
from tracker.models import Channel, Metric, Team, TimeEntry


def test_an_effect_of_two_years_is_seen_and_held_against_the_cost_of_an_hour(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    # An hour costs 60; of comments, worth 3 each, it brings 90 on one channel and 6 on the other.
    live_through(blog, comments, weeks=104, effect=30.0, growing_at_last=True)
    live_through(meetup, comments, weeks=104, effect=2.0, growing_at_last=True)
    compute(blog, meetup)
    rich, poor = (Estimate.objects.get(channel=channel) for channel in (blog, meetup))
    assert rich.return_per_hour_low < 90 < rich.return_per_hour_high
    assert poor.return_per_hour_low < 6 < poor.return_per_hour_high
    assert (rich.verdict, poor.verdict) == ("pays_back", "time_suck")
    last = WeeklyTrend.objects.get(channel=blog, week=THIS_WEEK - WEEK)
    assert last.trend_13_low < 90 < last.trend_13_high


@pytest.fixture
def uncosted(team: Team, comments: Metric) -> list[Channel]:
    """Channels of a team without a cost of an hour; only the last one is far below the others."""
    Team.objects.filter(pk=team.pk).update(hour_cost=None)
    effects = {"Blog": 30.0, "Meetup": 20.0, "Letters": 1.5}
    channels = []
    for name, effect in effects.items():
        channels.append(channel_named(team, name))
        live_through(
            channels[-1], comments, weeks=104, effect=effect, growing_at_last=name == "Letters"
        )
    return channels


def verdicts() -> dict[str, str]:
    return dict(Estimate.objects.values_list("channel__name", "verdict"))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_without_a_cost_the_median_channel_is_the_bar_in_whatever_order(
    uncosted: list[Channel], order: tuple[int, ...]
) -> None:
    compute(*(uncosted[n] for n in order))
    assert verdicts() == {"Blog": "pays_back", "Meetup": "pays_back", "Letters": "time_suck"}


def test_a_channel_that_goes_takes_its_part_in_the_median_with_it(
    uncosted: list[Channel],
) -> None:
    compute(*uncosted)
    for channel in uncosted[:2]:
        TimeEntry.objects.filter(channel=channel).delete()
        Response.objects.filter(channel=channel).delete()
    compute(*uncosted[:2])
    assert verdicts() == {"Letters": "pays_back"}


def test_a_stated_cost_ends_the_comparison(team: Team, uncosted: list[Channel]) -> None:
    Team.objects.filter(pk=team.pk).update(hour_cost=1)
    compute(*uncosted)
    assert set(verdicts().values()) == {"pays_back"}


def asked() -> list[tuple[str, str]]:
    rows = MetricEstimate.objects.order_by("channel__name", "metric__name")
    return list(rows.values_list("channel__name", "metric__name"))


def test_metrics_that_goals_name_are_estimated_by_themselves(
    team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    # Half of the worth is noise that no hour causes, so the counts alone tell more.
    live_through(blog, comments, weeks=60, effect=20.0)
    live_through(meetup, comments, weeks=60, effect=20.0)
    visits = Metric.objects.create(team=team, name="Visits", worth="0.5", depth="reach")
    for week in range(1, 60):
        receive(blog, visits, THIS_WEEK - week * WEEK, 500 if week % 3 else 40)
    for_all, for_blog = goal_of(comments, None), goal_of(visits, blog)
    compute_together(blog, meetup)
    assert asked() == [("Blog", "Comments"), ("Blog", "Visits"), ("Meetup", "Comments")]
    row = MetricEstimate.objects.get(channel=blog, metric=comments)
    # In comments and not in worth, of which one has 3; and without a cost of an hour.
    assert row.return_per_hour_low < 20 < row.return_per_hour_high
    assert (row.weeks, row.computed_at, row.verdict) == (60, NOW, "pays_back")
    assert len(row.forecast) == 26
    # What no goal names any more goes.
    for_all.channel = meetup
    for_all.save()
    for_blog.delete()
    compute_together(blog, meetup)
    assert asked() == [("Meetup", "Comments")]


def test_a_metric_that_nobody_counted_on_a_channel_is_too_early_to_judge(
    team: Team, blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=60, effect=20.0)
    likes = Metric.objects.create(team=team, name="Likes", worth=1, depth="reaction")
    goal_of(likes, None)
    compute(blog)
    row = MetricEstimate.objects.get()
    assert (row.verdict, row.too_early_until) == (MetricEstimate.Verdict.TOO_EARLY, None)
    assert Estimate.objects.get().verdict != Estimate.Verdict.TOO_EARLY


def test_where_nobody_has_counted_it_is_too_early(blog: Channel, comments: Metric) -> None:
    live_through(blog, comments, weeks=40)
    Response.objects.of_team(blog.team).delete()
    compute(blog)
    assert Estimate.objects.get().verdict == Estimate.Verdict.TOO_EARLY
