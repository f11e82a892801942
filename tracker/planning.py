"""
Writing the plan down, and reading what it asks of each week.

What a team means to do is pre-registered: a change takes effect from a week that has not begun,
and the past stays as it was written. The database sees to that (migration 0002); the functions
here refuse the same things beforehand with a ValidationError of one line, under the name of the
field that it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tracker.calendar import WEEK, monday_of, mondays
from tracker.models import Allocation, Channel, Event, Metric, Plan, Review, Team
from tracker.stale import mark_stale, mark_team_stale

MINUTES_PER_WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan asks of one channel in one week."""

    minutes: int
    posts: int
    expected_delay_weeks: int


@dataclass(frozen=True, slots=True)
class Step:
    """From `week` (a Monday) on, `channel_id` gets `planned`, until its next step."""

    channel_id: int
    week: date
    planned: Planned


def planned_by_week(
    *, team: Team, first: date, last: date, channel_ids: Collection[int] | None = None
) -> dict[tuple[int, date], Planned]:
    """
    What is in force by (channel id, week), for every week from `first` to `last` (Mondays).

    A week before a channel's first allocation has no entry; one after an allocation of nothing
    has an entry of zeros. One query, whatever the number of channels and weeks; `channel_ids`
    leaves the other channels of the team out.
    """
    allocations = Allocation.objects.of_team(team).until(last)
    if channel_ids is not None:
        allocations = allocations.filter(channel__in=channel_ids)
    rows = allocations.order_by("channel_id", "from_week").values_list(
        "channel_id", "from_week", "weekly_minutes", "weekly_posts", "expected_delay_weeks"
    )
    steps = (Step(channel_id, week, Planned(*planned)) for channel_id, week, *planned in rows)
    return dict(in_force(steps, first, last))


def in_force(
    steps: Iterable[Step], first: date, last: date
) -> Iterator[tuple[tuple[int, date], Planned]]:
    """Steps ordered by channel and week, spread over the weeks from `first` to `last`."""
    for channel_id, of_channel in groupby(steps, key=attrgetter("channel_id")):
        own = list(of_channel)
        ends = [step.week - WEEK for step in own[1:]] + [last]
        for step, end in zip(own, ends, strict=True):
            for week in mondays(max(step.week, first), min(end, last)):
                yield (channel_id, week), step.planned


def planning_day(*, team: Team, now: datetime) -> date:
    """The day from which open weeks are counted: the team's own, or UTC's where that is later.

    The database takes a week as begun when it has begun in UTC.
    """
    return max(team.day_at(now), now.astimezone(UTC).date())


def first_open_week(channel: Channel, today: date) -> date:
    """The first week (a Monday) that may still be planned: next week, or this one if none is."""
    this_week = monday_of(today)
    return this_week + WEEK if _has_plan(channel, this_week) else this_week


@transaction.atomic
def allocate(
    *,
    team: Team,
    channel: Channel,
    from_week: date,
    weekly_minutes: int,
    weekly_posts: int = 0,
    expected_delay_weeks: int = 4,
    plan: Plan | None = None,
    registered_on: date,
) -> Allocation:
    """
    Give `channel` these minutes and posts a week from `from_week` on; minutes 0 ends its plan.

    What was written for the same week before is replaced, as long as the week has not begun.
    Raises ValidationError if it has, if the numbers do not fit a week, if they are zero and
    there is no plan to end, or if the channel is archived: it must be restored before it is
    planned anew.
    """
    _check_owner(team, channel, plan)
    if from_week != monday_of(from_week):
        raise ValidationError({"from_week": f"{from_week} is not a Monday; a plan begins on one."})
    if weekly_minutes > MINUTES_PER_WEEK:
        raise ValidationError({"weekly_minutes": "A week has only 168 hours."})
    is_nothing = weekly_minutes + weekly_posts == 0
    if is_nothing and not _has_plan(channel, from_week):
        raise ValidationError(
            {"weekly_minutes": f"Nothing is planned on {channel} yet, so there is nothing to end."}
        )
    if not team.past_open:
        if not is_nothing and channel.archived_at is not None:
            raise ValidationError({"channel": f"{channel} is archived; restore it to plan it."})
        opening = first_open_week(channel, registered_on)
        if from_week < opening:
            raise ValidationError({"from_week": _too_soon(channel, opening)})
    try:
        with transaction.atomic():
            allocation, _ = Allocation.objects.of_team(team).update_or_create(
                channel=channel,
                from_week=from_week,
                defaults={
                    "team": team,
                    "plan": plan,
                    "weekly_minutes": weekly_minutes,
                    "weekly_posts": weekly_posts,
                    "expected_delay_weeks": expected_delay_weeks,
                    "registered_on": registered_on,
                },
            )
    except IntegrityError as error:
        # The week turned, or somebody else wrote, between the check and the write.
        opening = first_open_week(channel, registered_on)
        raise ValidationError({"from_week": _too_soon(channel, opening)}) from error
    mark_stale(team=team, weeks=[(channel.pk, from_week)])
    return allocation


@transaction.atomic
def withdraw_allocation(*, allocation: Allocation, today: date) -> None:
    """Take back an allocation whose week has not begun; ValidationError if it has."""
    if allocation.from_week <= monday_of(today):
        raise ValidationError(
            f"{allocation.channel} has had this plan since {_day(allocation.from_week)}; "
            "what has begun stays. Add a change from next week on."
        )
    mark_stale(team=allocation.team, weeks=[(allocation.channel_id, allocation.from_week)])
    allocation.delete()


@transaction.atomic
def archive_channel(*, channel: Channel, now: datetime) -> None:
    """Close `channel` for new hours: it keeps its past, and its plan ends with this week."""
    today = planning_day(team=channel.team, now=now)
    coming = Allocation.objects.of_team(channel.team).filter(
        channel=channel, from_week__gt=monday_of(today)
    )
    coming.delete()
    held = (
        Allocation.objects.of_team(channel.team)
        .filter(channel=channel)
        .order_by("-from_week")
        .first()
    )
    if held is not None and held.weekly_minutes + held.weekly_posts > 0:
        allocate(
            team=channel.team,
            channel=channel,
            from_week=monday_of(today) + WEEK,
            weekly_minutes=0,
            expected_delay_weeks=held.expected_delay_weeks,
            plan=held.plan,
            registered_on=today,
        )
    channel.archived_at = now
    channel.save(update_fields=["archived_at"])
    mark_stale(team=channel.team, weeks=[(channel.pk, today)])


@transaction.atomic
def save_channel(*, channel: Channel, today: date) -> Channel:
    """Save a new or changed channel; what its kind and medium lead to expect is estimated with."""
    before = (
        Channel.objects.of_team(channel.team)
        .filter(pk=channel.pk)
        .values_list("kind", "medium")
        .first()
    )
    channel.save()
    if before is not None and before != (channel.kind, channel.medium):
        mark_stale(team=channel.team, weeks=[(channel.pk, today)])
    return channel


@transaction.atomic
def save_metric(*, metric: Metric, today: date) -> Metric:
    """Save a new or changed metric; where its worth changed, everything is computed again."""
    before = (
        Metric.objects.of_team(metric.team)
        .filter(pk=metric.pk)
        .values_list("worth", flat=True)
        .first()
    )
    metric.save()
    if before is not None and before != metric.worth:
        mark_team_stale(team=metric.team, day=today)
    return metric


@transaction.atomic
def save_event(*, event: Event) -> Event:
    """Save a new or changed event; the weeks that it explains, or did, are computed again."""
    before = Event.objects.of_team(event.team).filter(pk=event.pk).first()
    if before is not None:
        _mark_around(before)
    event.save()
    _mark_around(event)
    return event


@transaction.atomic
def delete_event(*, event: Event) -> None:
    """Take an event back."""
    _mark_around(event)
    event.delete()


@transaction.atomic
def review_plan(
    *, plan: Plan, day: date, learnt: str, decision: str, from_week: date | None = None
) -> Review:
    """Write down what was learnt and decided, beside the words of the plan as they stand."""
    return Review.objects.create(
        team=plan.team,
        plan=plan,
        day=day,
        plan_words=words_of(plan),
        learnt=learnt,
        decision=decision,
        from_week=from_week,
    )


def words_of(plan: Plan) -> str:
    """The four answers as one text, those that were given."""
    answers = (
        ("Accomplish", plan.accomplish),
        ("Learn", plan.learn),
        ("Execute", plan.execute),
        ("Measure and adapt", plan.measure),
    )
    return "\n\n".join(f"{question}: {answer}" for question, answer in answers if answer)


def _check_owner(team: Team, channel: Channel, plan: Plan | None) -> None:
    if channel.team_id != team.pk:
        raise ValidationError({"channel": "This channel belongs to another team."})
    if plan is not None and plan.team_id != team.pk:
        raise ValidationError({"plan": "This plan belongs to another team."})


def _mark_around(event: Event) -> None:
    if event.channel_id is None:
        mark_team_stale(team=event.team, day=event.day)
    else:
        mark_stale(team=event.team, weeks=[(event.channel_id, event.day)])


def _has_plan(channel: Channel, week: date) -> bool:
    """Whether an allocation of `channel`, be it of nothing, begins in `week` or before."""
    begun = Allocation.objects.of_team(channel.team).until(week).filter(channel=channel)
    return begun.exists()


def _too_soon(channel: Channel, opening: date) -> str:
    return (
        f"A plan does not change what has begun: {channel} can be planned anew from "
        f"{_day(opening)} on."
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
