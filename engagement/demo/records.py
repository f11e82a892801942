"""
Hours, responses and conversations of the demo team as rows.

They go in with `bulk_create` and not through the verbs that record what comes from outside:
there is nothing to compare them with, and a visitor waits for it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from engagement.demo import story
from engagement.demo.founding import DAY, Cast
from engagement.demo.generate import Told
from engagement.demo.hours import FIRST_IMPORTED_WEEK, Logged
from engagement.demo.texts import contacts
from engagement.models import Contact, Conversation, Response, Topic
from tracker import typed_hours
from tracker.models import ImportBatch, TimeEntry

BATCH = 2_000  # Rows in one INSERT.
IMPORT_WEEKS = 4  # Lea brings a file every four weeks.


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
        brought = min(brought_at(last, number), now)
        batch = ImportBatch.objects.create(
            team=cast.team,
            person=cast.people[story.LEA],
            format="toggl",
            file_name=f"Toggl_time_entries_{first}_to_{min(last, cast.team.day_at(now))}.csv",
            state=ImportBatch.State.DONE,
            taken=len(list(entries)),
            finished_at=brought,
        )
        ImportBatch.objects.filter(pk=batch.pk).update(created_at=brought)
        batches[number] = batch
    return batches


def brought_at(last: date, number: int) -> datetime:
    """Some working hour of one of the first days after `last`, a Sunday."""
    day = last + (1 + number * 2 % 3) * DAY
    minutes = 8 * 60 + 40 + number * 167 % 500
    return datetime(day.year, day.month, day.day, *divmod(minutes, 60), tzinfo=story.ZONE)


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
                came_at=told.wall_clock(came.minute).replace(tzinfo=story.ZONE),
                answered_at=None
                if came.answered is None
                else told.wall_clock(came.answered).replace(tzinfo=story.ZONE),
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
