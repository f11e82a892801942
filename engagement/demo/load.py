"""
Writing the demo team into the database, once and whole.

Rows go in with `bulk_create` and not through the verbs that record what comes from outside:
there is nothing to compare them with, and a visitor waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from engagement.demo import plan, story
from engagement.demo.generate import Told, tell
from engagement.demo.hours import FIRST_IMPORTED_WEEK, Logged
from engagement.demo.texts import contacts
from engagement.models import Contact, Conversation, Response, Topic
from tracker import typed_hours
from tracker.models import (
    Allocation,
    Channel,
    Event,
    Goal,
    ImportBatch,
    LearningQuestion,
    Membership,
    Metric,
    Plan,
    Review,
    Team,
    TimeEntry,
    User,
)
from tracker.planning import review_plan
from tracker.stale import mark_stale

BATCH = 2_000
IMPORT_WEEKS = 4  # Lea brings a file every four weeks.
DAY = timedelta(days=1)
ZONE = ZoneInfo(story.TIME_ZONE)


class AlreadyLoadedError(Exception):
    """There is a team of the demo's name."""


class PersonTakenError(Exception):
    """Somebody uses one of the demo's addresses, so that it can't be given to the demo."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo's rows that others refer to, by the names that the story has for them."""

    team: Team
    people: dict[str, User]
    channels: dict[str, Channel]
    metrics: dict[str, Metric]
    plans: Sequence[Plan]


@transaction.atomic
def load(*, now: datetime, password: str) -> Team:
    """
    Found Tideline with two years behind it that end at `now` (aware); its owner signs in with
    `password`, the others can't.

    Raises AlreadyLoadedError or PersonTakenError, and then nothing was written.
    """
    if Team.objects.filter(slug=story.TEAM_SLUG).exists():
        raise AlreadyLoadedError(f"the demo team {story.TEAM_SLUG!r} is there already")
    addresses = [person.email for person in story.PEOPLE]
    taken = User.objects.filter(email__in=addresses).order_by("email").first()
    if taken is not None:
        raise PersonTakenError(
            f"{taken.email} exists already, but there is no team {story.TEAM_SLUG!r}; "
            "rename or delete that user, then load the demo again"
        )
    told = tell(now.astimezone(ZONE).replace(tzinfo=None))
    cast = found(told, password)
    load_plans(cast, told)
    load_entries(cast, told, now)
    load_responses(cast, told)
    load_conversations(cast, told)
    last = told.week(story.WEEKS - 1)
    mark_stale(
        team=cast.team,
        weeks=[
            (cast.channels[channel.name].pk, told.week(week))
            for channel in story.CHANNELS
            for week in range(channel.truth.first_week, story.WEEKS)
            if told.week(week) <= last
        ],
    )
    # The past is closed again: from here on the demo is a team like any other.
    cast.team.past_open = False
    cast.team.save(update_fields=["past_open"])
    return cast.team


def found(told: Told, password: str) -> Cast:
    team = Team.objects.create(
        name=story.TEAM_NAME,
        slug=story.TEAM_SLUG,
        time_zone=story.TIME_ZONE,
        currency=story.CURRENCY,
        hour_cost=story.HOUR_COST,
        promised_answer_minutes=story.PROMISED_ANSWER_MINUTES,
        past_open=True,
    )
    people = {
        person.key: User.objects.create_user(
            person.email,
            password if person.email == story.OWNER_EMAIL else None,
            name=person.name,
        )
        for person in story.PEOPLE
    }
    # Where addresses must be confirmed before anyone signs in, the demo's owner still can.
    owner = people[story.JANE]
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    Membership.objects.bulk_create(
        Membership(team=team, user=people[person.key], role=person.role) for person in story.PEOPLE
    )
    channels = Channel.objects.bulk_create(
        Channel(
            team=team,
            name=channel.name,
            kind=channel.kind,
            medium=channel.medium,
            position=position,
        )
        for position, channel in enumerate(story.CHANNELS)
    )
    metrics = Metric.objects.bulk_create(
        Metric(
            team=team,
            name=metric.name,
            worth=Decimal(metric.worth),
            depth=metric.depth,
            position=position,
        )
        for position, metric in enumerate(story.METRICS)
    )
    plans = [
        Plan.objects.create(
            team=team,
            name=planned.name,
            starts_on=told.week(planned.first_week),
            ends_on=told.week(planned.last_week + 1) - DAY,
            accomplish=planned.accomplish,
            learn=planned.learn,
            execute=planned.execute,
            measure=planned.measure,
        )
        for planned in plan.PLANS
    ]
    return Cast(
        team=team,
        people=people,
        channels={channel.name: channel for channel in channels},
        metrics={metric.name: metric for metric in metrics},
        plans=plans,
    )


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
        for channel in story.CHANNELS
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
            from_week=None
            if told_review.from_week is None
            else told.week(told_review.from_week),
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
    moment = datetime(day.year, day.month, day.day, 16, 20, tzinfo=ZONE)
    type(row).objects.filter(pk=row.pk).update(created_at=moment)


def load_entries(cast: Cast, told: Told, now: datetime) -> None:
    batches = load_batches(cast, told, now)
    TimeEntry.objects.bulk_create(
        (
            TimeEntry(
                team=cast.team,
                channel=cast.channels[entry.channel],
                person=cast.people[entry.person],
                activity=entry.activity,
                day=told.day(entry.day),
                minutes=entry.minutes,
                posts=entry.posts,
                note=entry.note,
                confirmation=entry.confirmation,
                **source_of(entry, number, cast, told),
                batch=batches[import_number(entry)] if entry.confirmation == "imported" else None,
            )
            for number, entry in enumerate(told.entries)
        ),
        batch_size=BATCH,
    )


def source_of(entry: Logged, number: int, cast: Cast, told: Told) -> dict[str, str]:
    """What the real ways in would have written: typed cells can then be changed on the page."""
    if entry.confirmation == "imported":
        return {"source": "toggl", "source_key": f"demo-{number}"}
    if entry.confirmation == "timer":
        return {"source": "timer", "source_key": f"demo-{number}"}
    key = typed_hours.cell_key(
        cast.people[entry.person].pk,
        cast.channels[entry.channel].pk,
        entry.activity,
        told.day(entry.day),
    )
    return {"source": typed_hours.SOURCE, "source_key": key}


def import_number(entry: Logged) -> int:
    return (entry.day // 7 - FIRST_IMPORTED_WEEK) // IMPORT_WEEKS


def load_batches(cast: Cast, told: Told, now: datetime) -> dict[int, ImportBatch]:
    """One import for every four weeks of Lea's hours, by their number."""
    imported = (entry for entry in told.entries if entry.confirmation == "imported")
    batches = {}
    for number, entries in groupby(imported, key=import_number):
        first = told.week(FIRST_IMPORTED_WEEK + IMPORT_WEEKS * number)
        last = first + timedelta(weeks=IMPORT_WEEKS) - DAY
        brought = datetime(last.year, last.month, last.day, 17, 5, tzinfo=ZONE)
        batch = ImportBatch.objects.create(
            team=cast.team,
            person=cast.people[story.LEA],
            format="toggl",
            file_name=f"Toggl_time_entries_{first}_to_{last}.csv",
            state=ImportBatch.State.DONE,
            taken=len(list(entries)),
            finished_at=min(brought, now),
        )
        ImportBatch.objects.filter(pk=batch.pk).update(created_at=min(brought, now))
        batches[number] = batch
    return batches


def load_responses(cast: Cast, told: Told) -> None:
    Response.objects.bulk_create(
        (
            Response(
                team=cast.team,
                channel=cast.channels[counted.channel],
                metric=cast.metrics[counted.metric],
                day=told.day(counted.day),
                count=counted.count,
                source="api",
                source_key=f"demo-{counted.channel}-{counted.metric}-{told.day(counted.day)}",
            )
            for counted in told.counts
        ),
        batch_size=BATCH,
    )


def load_conversations(cast: Cast, told: Told) -> None:
    known = {
        contact.key: Contact(
            team=cast.team,
            name=contact.name,
            kind=contact.kind,
            handle=contact.handle,
            organisation=contact.organisation,
            note=contact.note,
        )
        for contact in contacts()
    }
    Contact.objects.bulk_create(known.values())
    names = sorted({topic for came in told.conversations for topic in came.said.topics})
    topics = {name: Topic(team=cast.team, name=name) for name in names}
    Topic.objects.bulk_create(topics.values())
    conversations = Conversation.objects.bulk_create(
        [
            Conversation(
                team=cast.team,
                channel=cast.channels[came.said.channel],
                contact=known[came.said.contact] if came.said.contact else None,
                kind=came.kind,
                text=came.said.text,
                sentiment=came.said.sentiment,
                came_at=told.wall_clock(came.minute).replace(tzinfo=ZONE),
                answered_at=None
                if came.answered is None
                else told.wall_clock(came.answered).replace(tzinfo=ZONE),
                answered_by=None if came.answered_by is None else cast.people[came.answered_by],
                source=cast.channels[came.said.channel].kind,
                source_key=f"demo-{number}",
            )
            for number, came in enumerate(told.conversations)
        ],
        batch_size=BATCH,
    )
    Conversation.topics.through.objects.bulk_create(
        [
            Conversation.topics.through(conversation=conversation, topic=topics[name])
            for conversation, came in zip(conversations, told.conversations, strict=True)
            for name in came.said.topics
        ],
        batch_size=BATCH,
    )
