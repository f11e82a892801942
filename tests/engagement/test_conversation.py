"""What the database itself keeps out of conversations and contacts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from engagement.models import Contact, Conversation
from tracker.models import Channel, Team


def say(channel: Channel, **other: Any) -> Conversation:
    now = timezone.now()
    fields = {"kind": "comment", "text": "Nice.", "came_at": now, "source": "test"}
    return Conversation.objects.create(
        team=channel.team, channel=channel, source_key="1", **(fields | other)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "shout"},
        {"sentiment": "furious"},
        {"text": ""},
        {"answered_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_a_conversation_that_makes_no_sense_is_refused(
    blog: Channel, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        say(blog, **wrong)
    say(blog)


def test_a_source_tells_a_conversation_once(blog: Channel) -> None:
    say(blog)
    with pytest.raises(IntegrityError), transaction.atomic():
        say(blog, text="Again.")


def test_a_contact_has_a_known_kind_and_a_handle_of_its_own(team: Team, other_team: Team) -> None:
    Contact.objects.create(team=team, name="Ida", handle="@ida", kind="press")
    Contact.objects.create(team=other_team, name="Ida", handle="@ida")
    for wrong in ({"name": "Bo", "kind": "friend"}, {"name": "Bo", "handle": "@IDA"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(team=team, **wrong)
