"""How a team begins."""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from tracker.models import Membership, Metric, Team, User

# What most teams count, with a worth in points that ranks an outcome above applause. Reach is
# worth nothing by itself: growth that leads to nothing must not look like a return.
STARTER_METRICS = (
    ("Followers", Decimal(0), Metric.Depth.REACH),
    ("Likes", Decimal("0.1"), Metric.Depth.REACTION),
    ("Clicks", Decimal("0.5"), Metric.Depth.REACTION),
    ("Comments", Decimal(3), Metric.Depth.CONVERSATION),
    ("Leads", Decimal(40), Metric.Depth.OUTCOME),
)
LONGEST_SLUG = 60


@transaction.atomic
def found_team(
    *,
    name: str,
    owner: User,
    slug: str | None = None,
    time_zone: str = "UTC",
    currency: str = "",
    hour_cost: Decimal | None = None,
) -> Team:
    """
    A new team with its owner and the metrics that most teams start from; no channels yet.

    Without `slug` one is made from the name. Raises IntegrityError if a given slug is taken.
    """
    team = Team(name=name, time_zone=time_zone, currency=currency, hour_cost=hour_cost)
    if slug is None:
        save_under_free_slug(team)
    else:
        team.slug = slug
        team.save()
    Membership.objects.create(team=team, user=owner, role=Membership.Role.OWNER)
    Metric.objects.bulk_create(
        Metric(team=team, name=metric, worth=worth, depth=depth, position=position)
        for position, (metric, worth, depth) in enumerate(STARTER_METRICS)
    )
    return team


def save_under_free_slug(team: Team) -> None:
    """Save a new team; where another one takes the slug meanwhile, under the next that is free."""
    while team._state.adding:
        team.slug = free_slug(team.name)
        try:
            with transaction.atomic():
                team.save()
        except IntegrityError:
            if not Team.objects.filter(slug=team.slug).exists():
                raise


def free_slug(name: str) -> str:
    """The name as it can stand in an address, numbered where another team has it already."""
    stem = slugify(name)[: LONGEST_SLUG - 4].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
