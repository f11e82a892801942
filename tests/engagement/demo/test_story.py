"""That the numbers hold what the story plants, whoever estimates them."""

from __future__ import annotations

import numpy as np
import pytest

from engagement.demo import plan, story
from engagement.demo.channels import CHANNELS, ChannelStory
from engagement.demo.generate import Truth, true_by_channel, whole_story
from engagement.demo.hours import logged_hours, planned_minutes
from engagement.demo.truth import Series

FULL = slice(0, story.WEEKS - 1)
OUTCOMES = ("Leads", "Trials", "Talks", "Clicks", "Comments")


@pytest.fixture(scope="module")
def truth() -> dict[str, Truth]:
    return true_by_channel()


def weekly(channel: str, *metrics: str) -> Series:
    """Counts per week of some metrics, or their worth if none is named."""
    sums = np.zeros(story.WEEKS)
    for counted in whole_story()[1]:
        if counted.channel == channel and (not metrics or counted.metric in metrics):
            each = 1.0 if metrics else story.WORTH[counted.metric]
            sums[counted.day // 7] += counted.count * each
    return sums


def rising(hours: Series) -> float:
    """The last 13 full weeks against the 13 before them."""
    return float(hours[-14:-1].sum() / hours[-27:-14].sum())


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_what_a_channel_is_made_of_adds_up(channel: ChannelStory) -> None:
    assert sum(channel.truth.kernel) == pytest.approx(1)
    assert sum(share for _, share in channel.people) == pytest.approx(1)
    assert sum(session.share for session in channel.sessions) == pytest.approx(1)
    caused = sum(metric.caused_share for metric in channel.truth.metrics)
    assert caused == pytest.approx(0 if channel.name == story.NEVER_PAID else 1)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name)
def test_the_counts_follow_the_truth(channel: ChannelStory, truth: dict[str, Truth]) -> None:
    expected = truth[channel.name].baseline + truth[channel.name].attributed
    assert weekly(channel.name).sum() == pytest.approx(expected.sum(), rel=0.1)


def test_the_team_as_a_whole_earns_more_than_it_costs(truth: dict[str, Truth]) -> None:
    caused = sum(one.attributed.sum() for one in truth.values())
    hours = sum(one.hours.sum() for one in truth.values())
    assert 1.2 * story.HOUR_COST < caused / hours < 2 * story.HOUR_COST


def test_one_channel_pays_only_after_about_ten_weeks(truth: dict[str, Truth]) -> None:
    blog = truth[story.PAYS_LATE]
    assert 8 <= blog.channel.truth.mean_delay() <= 12
    assert blog.attributed[:5].sum() < 0.05 * blog.attributed[20:25].sum()
    assert blog.return_per_hour > 1.4 * story.HOUR_COST
    # A person sees it: what was not written while Mika was ill is missing ten weeks later.
    sick = story.SICK_LEAVE
    assert blog.hours[list(sick)].mean() < 0.6 * blog.hours[55 : sick[0]].mean()
    missing = slice(sick[0] + 10, sick[-1] + 10)
    assert (
        blog.attributed[missing].mean() < 0.8 * blog.attributed[sick[-1] - 1 : sick[-1] + 3].mean()
    )


def test_one_channel_never_paid_and_takes_more_and_more(truth: dict[str, Truth]) -> None:
    x = truth[story.NEVER_PAID]
    assert x.attributed.sum() == 0
    quarters = [x.hours[start : start + 26].mean() for start in range(0, 103, 26)]
    assert quarters == sorted(quarters)
    assert rising(x.hours) > 1.2


def test_one_channel_is_vain(truth: dict[str, Truth]) -> None:
    youtube = truth[story.VANITY]
    first = youtube.channel.truth.first_week
    views = weekly(story.VANITY, "Views")
    assert views[first:70].mean() < 0.75 * views[70:103].mean()
    deep = weekly(story.VANITY, *OUTCOMES)
    assert deep[70:103].mean() == pytest.approx(deep[first:70].mean(), rel=0.15)
    assert not any(
        metric.caused_share for metric in youtube.channel.truth.metrics if metric.metric in OUTCOMES
    )
    assert youtube.return_per_hour < story.HOUR_COST / 4
    assert rising(youtube.hours) > 1.1


def test_one_channel_flattens(truth: dict[str, Truth]) -> None:
    linkedin = truth[story.FLATTENING]
    assert linkedin.return_per_hour > story.HOUR_COST
    assert linkedin.next_hour < 0.3 * linkedin.return_per_hour
    assert rising(linkedin.hours) < 1.1


def test_one_sprint_failed(truth: dict[str, Truth]) -> None:
    letter = truth[story.FAILED_SPRINT]
    sprint, usual = list(story.SPRINT), slice(20, 43)
    assert letter.hours[sprint].mean() > 6 * letter.hours[usual].mean()
    assert letter.attributed[sprint].mean() < 2.5 * letter.attributed[usual].mean()
    after = slice(story.SPRINT[-1] + 1, story.SPRINT[-1] + 6)
    assert letter.hours[after].mean() < 0.6 * letter.hours[usual].mean()
    assert (
        weekly(story.FAILED_SPRINT)[after].mean() < 0.95 * weekly(story.FAILED_SPRINT)[usual].mean()
    )
    # In ordinary weeks the same channel pays.
    assert letter.next_hour > story.HOUR_COST


@pytest.mark.parametrize("launch", story.LAUNCHES)
def test_a_launch_lifts_hours_and_what_comes_anyway(launch: int, truth: dict[str, Truth]) -> None:
    online = [one for one in truth.values() if one.channel.medium == "online"]
    hours = sum(one.hours for one in online)
    baseline = sum(one.baseline for one in online)
    before = slice(launch - 12, launch - 4)
    assert hours[launch] > 1.3 * hours[before].mean()
    assert baseline[launch] > 1.5 * baseline[before].mean()
    assert story.EVENTS[[event.week for event in story.EVENTS].index(launch)].kind == "launch"


def test_in_person_pays_steadily(truth: dict[str, Truth]) -> None:
    for name in (story.STEADY_PAYER, story.PAYS_IN_PERSON):
        assert truth[name].channel.medium == "in_person"
        assert 1.5 < truth[name].return_per_hour / story.HOUR_COST < 3
        assert truth[name].next_hour > story.HOUR_COST


def test_nothing_else_would_be_judged_by_accident(truth: dict[str, Truth]) -> None:
    """Only what is planted is flat or bad: no other channel's truth comes near to it."""
    for name in (story.ORDINARY, story.PAYS_LATE, story.FAILED_SPRINT, story.STEADY_PAYER):
        assert truth[name].next_hour > 0.55 * truth[name].return_per_hour
        assert truth[name].next_hour > story.HOUR_COST or rising(truth[name].hours) < 1.1


def test_on_holidays_hardly_anybody_works() -> None:
    hours = sum(logged_hours(whole_story()[0], channel.name) for channel in CHANNELS)
    for week, share in story.HOLIDAYS.items():
        assert hours[week] < (6 if share else 1.5)


def test_no_two_weeks_look_the_same() -> None:
    """Neither over all channels, nor the hours of one channel four weeks running."""
    entries = whole_story()[0]
    weeks = [
        tuple(
            (entry.channel, entry.day % 7, entry.minutes)
            for entry in entries
            if entry.day // 7 == week
        )
        for week in range(story.WEEKS)
        if story.HOLIDAYS.get(week, 1)
    ]
    assert len(set(weeks)) == len(weeks)
    for channel in CHANNELS:
        hours = logged_hours(entries, channel.name)[channel.truth.first_week : story.WEEKS]
        runs = [
            week
            for week in range(3, len(hours))
            if 0 < min(hours[week - 3 : week + 1]) == max(hours[week - 3 : week + 1])
        ]
        assert runs == []


def test_the_plan_fits_three_people() -> None:
    planned = sum(planned_minutes(channel) for channel in CHANNELS) / 60
    ordinary = [week for week in range(story.WEEKS) if week not in story.SPRINT]
    assert 10 <= planned[ordinary].min() < planned[ordinary].max() <= 18.25
    assert planned[FULL][60:].min() >= 16


def test_each_plan_is_revised_twice_or_more_by_a_review() -> None:
    for number, planned in enumerate(plan.PLANS):
        own = [review for review in plan.REVIEWS if review.plan == number]
        assert len(own) >= 2
        assert all(planned.first_week <= review.week <= planned.last_week for review in own)
    decided = {review.from_week for review in plan.REVIEWS} | {0}
    changes = {allocated.week for channel in CHANNELS for allocated in channel.allocations}
    assert changes <= decided
