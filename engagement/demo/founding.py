"""The demo team itself: its people, channels, metrics and plans as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress

from engagement.demo import plan, story
from engagement.demo.channels import CHANNELS
from engagement.demo.generate import Told
from tracker.models import Channel, Membership, Metric, Plan, Team, User

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo's rows that others refer to, by the names that the story has for them."""

    team: Team
    people: dict[str, User]
    channels: dict[str, Channel]
    metrics: dict[str, Metric]
    plans: Sequence[Plan]


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
        for position, channel in enumerate(CHANNELS)
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
