"""
When each text came in, and when it was answered, by whom. Pure.

Moments are minutes from the midnight before the Monday of week 0, on the clock on the wall
where the team works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engagement.demo.channels import CHANNELS, ChannelStory
from engagement.demo.hours import AWAY, SEED, Logged
from engagement.demo.story import EVENTS, HOLIDAYS, WEEKS
from engagement.demo.texts import Said, said

DAY = 24 * 60
OPENS, CLOSES = 8 * 60 + 20, 18 * 60 + 30  # Answers are written in between.
KINDS = {
    "LinkedIn page": "comment",
    "X": "mention",
    "Mastodon": "mention",
    "Blog": "comment",
    "Newsletter": "message",
    "YouTube": "comment",
    "Meetups": "meeting",
    "Customer calls": "meeting",
}
# How likely an answer is, and the median hours until it comes.
ANSWERED = {"negative": (0.9, 7.0), "neutral": (0.72, 16.0), "positive": (0.5, 20.0)}
FIRST_WEEK = 2


@dataclass(frozen=True, slots=True)
class Came:
    """A text with its moment; `answered` and `answered_by` are empty where nobody did."""

    said: Said
    kind: str
    minute: int
    answered: int | None
    answered_by: str | None


def all_conversations(entries: Sequence[Logged]) -> list[Came]:
    """Every conversation of the two years, the current week whole; by time."""
    came: list[Came] = []
    for number, channel in enumerate(CHANNELS):
        draw = np.random.default_rng([SEED, 4, number])
        own = [text for text in said() if text.channel == channel.name]
        came += (
            arrive(text, week, channel, entries, draw)
            for text, week in zip(own, weeks_for(channel, own, draw), strict=True)
        )
    return sorted(came, key=lambda one: one.minute)


def weeks_for(channel: ChannelStory, texts: Sequence[Said], draw: np.random.Generator) -> list[int]:
    """
    A week for each text.

    What one person says without a window of its own comes in the order of the file, each in
    its own part of the two years, so that an answer never comes before its question.
    """
    first = max(FIRST_WEEK, channel.truth.first_week + 1)
    free = Counter(text.contact for text in texts if text.contact and text.weeks is None)
    turn: Counter[str] = Counter()
    weeks = []
    for text in texts:
        low, high = text.weeks or (first, WEEKS - 1)
        if text.weeks is None and text.contact:
            part = (high - low) / free[text.contact]
            low, high = (
                low + round(part * turn[text.contact]),
                low + round(part * (turn[text.contact] + 1)) - 1,
            )
            turn[text.contact] += 1
        weeks.append(int(draw.integers(low, high + 1)))
    return weeks


def arrive(
    text: Said,
    week: int,
    channel: ChannelStory,
    entries: Sequence[Logged],
    draw: np.random.Generator,
) -> Came:
    kind = KINDS[channel.name]
    weekday, minute = moment(text, week, channel, entries, draw)
    came = (7 * week + weekday) * DAY + minute
    answered, person = None, None
    if kind == "meeting" and text.sentiment == "negative":
        # Said to somebody's face, it got its answer in the same talk.
        answered, person = came + int(draw.integers(4, 25)), channel.people[0][0]
    elif kind != "meeting" and not text.unanswered:
        answered, person = answer(text, came, channel, draw)
    return Came(said=text, kind=kind, minute=came, answered=answered, answered_by=person)


def moment(
    text: Said,
    week: int,
    channel: ChannelStory,
    entries: Sequence[Logged],
    draw: np.random.Generator,
) -> tuple[int, int]:
    """Weekday and minute of the day."""
    shares = np.array(channel.weekdays)
    for event in EVENTS:
        if event.week == week and text.weeks and text.weeks[0] == week:
            if event.kind == "outage":
                return event.weekday, int(draw.integers(14 * 60 + 10, 19 * 60))
            shares[: event.weekday + 1] = 0  # Nobody speaks of it before it is there.
    weekday = int(draw.choice(7, p=shares / shares.sum()))
    if channel.medium == "online":
        # From breakfast to the late shift, most of it by day.
        return weekday, int(np.clip(draw.normal(14.5 * 60, 4.2 * 60), 310, DAY - 8))
    met = sorted(
        {
            entry.day % 7
            for entry in entries
            if entry.channel == channel.name and entry.activity == "meet" and entry.day // 7 == week
        }
    )
    if met:
        weekday = met[int(draw.integers(len(met)))]
    hour = 20.5 if channel.evenings else 13.0
    return min(weekday, 4), int(np.clip(draw.normal(hour * 60, 80), 9 * 60, 22 * 60))


def answer(
    text: Said, came: int, channel: ChannelStory, draw: np.random.Generator
) -> tuple[int, str] | tuple[None, None]:
    """When it was answered and by whom: at work, not at night and not on Sundays."""
    chance, hours = ANSWERED[text.sentiment]
    delay = 60 * hours * float(np.exp(draw.normal(0, 0.8)))
    if came // (7 * DAY) in HOLIDAYS:
        delay += 1.5 * DAY if text.sentiment == "negative" else 5 * DAY
    here = [
        (key, share) for key, share in channel.people if came // (7 * DAY) not in AWAY[key]
    ] or list(channel.people)
    shares = np.array([share for _, share in here])
    person = here[int(draw.choice(len(here), p=shares / shares.sum()))][0]
    if draw.random() > chance:
        return None, None
    day, minute = divmod(came + round(delay), DAY)
    if minute > CLOSES:
        day, minute = day + 1, OPENS + int(draw.integers(0, 150))
    elif minute < OPENS:
        minute = OPENS + int(draw.integers(0, 150))
    if day % 7 == 6 and text.sentiment != "negative":
        day += 1
    return max(day * DAY + minute, came + 3), person
