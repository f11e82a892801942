"""What the demo team planned, as rows: allocations, goals, questions, events, reviews."""

from __future__ import annotations

from datetime import date, datetime

from engagement.demo import plan, story
from engagement.demo.channels import CHANNELS
from engagement.demo.founding import DAY, Cast
from engagement.demo.generate import Told
from tracker.models import Allocation, Event, Goal, LearningQuestion, Plan, Review
from tracker.planning import review_plan


def load_plans(cast: Cast, told: Told) -> None:
    """Allocations, goals, questions, events; and the reviews, which change a plan's words."""
    team = cast.team
    Allocation.objects.bulk_create(
        Allocation(
            team=team,
            plan=next(
                cast.plans[number]
                for number, planned in enumerate(plan.PLANS)
                if planned.first_week <= allocated.week <= planned.last_week
            ),
            channel=cast.channels[channel.name],
            from_week=told.week(allocated.week),
            weekly_minutes=allocated.minutes,
            weekly_posts=allocated.posts,
            expected_delay_weeks=allocated.delay,
            registered_on=registered_on(allocated.week, told),
        )
        for channel in CHANNELS
        for allocated in channel.allocations
    )
    Goal.objects.bulk_create(
        Goal(
            team=team,
            plan=cast.plans[goal.plan],
            metric=cast.metrics[goal.metric],
            channel=None if goal.channel is None else cast.channels[goal.channel],
            target=goal.target,
            starts_on=told.week(goal.first_week),
            due_on=told.week(goal.last_week + 1) - DAY,
        )
        for goal in plan.GOALS
    )
    LearningQuestion.objects.bulk_create(
        LearningQuestion(
            team=team,
            plan=cast.plans[question.plan],
            text=question.text,
            answer=question.answer,
            answered_on=None if question.answered is None else told.week(question.answered) + DAY,
        )
        for question in plan.QUESTIONS
    )
    Event.objects.bulk_create(
        Event(
            team=team,
            channel=None if event.channel is None else cast.channels[event.channel],
            kind=event.kind,
            name=event.name,
            day=told.day(7 * event.week + event.weekday),
        )
        for event in story.EVENTS
    )
    for planned in cast.plans:
        written_at(planned, planned.starts_on - 3 * DAY)
    for told_review in plan.REVIEWS:
        reviewed = cast.plans[told_review.plan]
        day = told.day(7 * told_review.week + told_review.weekday)
        review = review_plan(
            plan=reviewed,
            day=day,
            learnt=told_review.learnt,
            decision=told_review.decision,
            from_week=None if told_review.from_week is None else told.week(told_review.from_week),
        )
        written_at(review, day)
        if told_review.execute is not None:
            reviewed.execute = told_review.execute
            reviewed.save(update_fields=["execute"])


def registered_on(week: int, told: Told) -> date:
    """The day of the review that decided it, or the Friday before the plan began."""
    for review in plan.REVIEWS:
        if review.from_week == week:
            return told.day(7 * review.week + review.weekday)
    return told.week(week) - 3 * DAY


def written_at(row: Plan | Review, day: date) -> None:
    """Date back what the database has dated now."""
    moment = datetime(day.year, day.month, day.day, 16, 20, tzinfo=story.ZONE)
    type(row).objects.filter(pk=row.pk).update(created_at=moment)
