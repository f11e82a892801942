"""Writing the demo team into the database, once and whole."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from engagement.demo import story
from engagement.demo.channels import CHANNELS
from engagement.demo.founding import found
from engagement.demo.generate import tell
from engagement.demo.planning import load_plans
from engagement.demo.records import load_conversations, load_entries, load_responses
from tracker.models import Team, User
from tracker.stale import mark_stale


class AlreadyLoadedError(Exception):
    """There is a team of the demo's name."""


class PersonTakenError(Exception):
    """Somebody uses one of the demo's addresses, so that it can't be given to the demo."""


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
    told = tell(now.astimezone(story.ZONE).replace(tzinfo=None))
    cast = found(told, password)
    load_plans(cast, told)
    load_entries(cast, told, now)
    load_responses(cast, told)
    load_conversations(cast, told)
    mark_stale(
        team=cast.team,
        weeks=[
            (cast.channels[channel.name].pk, told.week(week))
            for channel in CHANNELS
            for week in range(channel.truth.first_week, story.WEEKS)
        ],
    )
    # The past is closed again: from here on the demo is a team like any other.
    cast.team.past_open = False
    cast.team.save(update_fields=["past_open"])
    return cast.team
