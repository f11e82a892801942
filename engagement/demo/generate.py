"""
Two years of Tideline for a given last week; pure, and always the same but for the dates.

Whatever the week, the numbers are those of the same story, moved as a whole. Of the last week
there is what had happened by `now`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from engagement.demo.channels import CHANNELS, ChannelStory
from engagement.demo.conversations import Came, all_conversations
from engagement.demo.hours import Logged, all_entries, logged_hours
from engagement.demo.responses import Counted, all_counts, true_attributed, true_baseline
from engagement.demo.story import WEEKS
from engagement.demo.truth import Series


@dataclass(frozen=True, slots=True)
class Told:
    """What there is by a certain moment; `first_day` is the Monday of week 0."""

    first_day: date
    entries: tuple[Logged, ...]
    counts: tuple[Counted, ...]
    conversations: tuple[Came, ...]

    def day(self, number: int) -> date:
        return self.first_day + timedelta(days=number)

    def week(self, number: int) -> date:
        return self.first_day + timedelta(weeks=number)

    def wall_clock(self, minute: int) -> datetime:
        """A moment on the clock where the team works, without its zone."""
        return midnight(self.first_day) + timedelta(minutes=minute)


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody outside the demo can know of one channel; series have one value a week."""

    channel: ChannelStory
    hours: Series
    baseline: Series  # Worth that would have come without any hours.
    attributed: Series  # Worth that the hours caused.

    @property
    def return_per_hour(self) -> float:
        return float(self.attributed.sum() / self.hours.sum())

    @property
    def next_hour(self) -> float:
        """At the mean level of the last 13 full weeks."""
        return self.channel.truth.next_hour(float(self.hours[-14:-1].mean()))


@cache
def whole_story() -> tuple[tuple[Logged, ...], tuple[Counted, ...], tuple[Came, ...]]:
    """Everything, the last week whole, by numbers of days."""
    entries = all_entries()
    return tuple(entries), tuple(all_counts(entries)), tuple(all_conversations(entries))


def tell(now: datetime) -> Told:
    """What had happened by `now`, told by the clock where the team works, without its zone."""
    entries, counts, conversations = whole_story()
    today = now.date()
    first_day = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    last = (today - first_day).days
    minute = (now - midnight(first_day)) // timedelta(minutes=1)
    return Told(
        first_day=first_day,
        entries=tuple(entry for entry in entries if entry.day <= last),
        counts=tuple(count for count in counts if count.day <= last),
        conversations=tuple(
            still_open(came, minute) for came in conversations if came.minute <= minute
        ),
    )


def still_open(came: Came, minute: int) -> Came:
    """The conversation as it stood at `minute`: an answer that was yet to come is not there."""
    if came.answered is None or came.answered <= minute:
        return came
    return replace(came, answered=None, answered_by=None)


def true_by_channel() -> dict[str, Truth]:
    """The truth by channel name, all weeks whole; shape of each series: (WEEKS,)."""
    entries, _, _ = whole_story()
    return {
        channel.name: Truth(
            channel=channel,
            hours=logged_hours(entries, channel.name),
            baseline=true_baseline(channel),
            attributed=true_attributed(channel, entries),
        )
        for channel in CHANNELS
    }


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the clock on the wall
