"""What the plan gives each channel: now, from which week something else, and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.calendar import monday_of
from tracker.models import Allocation, Channel, Team


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """The allocations of one channel, each tuple from the oldest to the newest."""

    channel: Channel
    past: tuple[Allocation, ...]
    in_force: Allocation | None
    coming: tuple[Allocation, ...]

    @property
    def is_open(self) -> bool:
        """Whether the plan still asks something of it, or may be asked to."""
        asked = self.in_force is not None and self.in_force.weekly_minutes > 0
        return self.channel.archived_at is None or asked or bool(self.coming)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What all channels together are given in the weeks from `week` on."""

    week: date
    minutes: int
    posts: int


def channel_plans(*, team: Team, today: date) -> list[ChannelPlan]:
    """Every channel of `team` with its allocations as they stand on `today`; two queries."""
    this_week = monday_of(today)
    by_channel: dict[int, list[Allocation]] = {}
    for allocation in Allocation.objects.of_team(team).order_by("from_week"):
        by_channel.setdefault(allocation.channel_id, []).append(allocation)
    plans = []
    for channel in Channel.objects.of_team(team):
        own = by_channel.get(channel.pk, [])
        begun = [allocation for allocation in own if allocation.from_week <= this_week]
        plans.append(
            ChannelPlan(
                channel=channel,
                past=tuple(begun[:-1]),
                in_force=begun[-1] if begun else None,
                coming=tuple(own[len(begun) :]),
            )
        )
    return plans


def capacities(plans: list[ChannelPlan], this_week: date) -> list[Capacity]:
    """What the plan adds up to: this week, and from each week on in which it changes."""
    weeks = {allocation.from_week for plan in plans for allocation in plan.coming}
    return [_capacity(plans, week) for week in sorted({this_week, *weeks})]


def _capacity(plans: list[ChannelPlan], week: date) -> Capacity:
    held = [
        [a for a in (plan.in_force, *plan.coming) if a is not None and a.from_week <= week][-1:]
        for plan in plans
    ]
    return Capacity(
        week=week,
        minutes=sum(allocation.weekly_minutes for own in held for allocation in own),
        posts=sum(allocation.weekly_posts for own in held for allocation in own),
    )
