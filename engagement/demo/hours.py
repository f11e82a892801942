"""
The hours that Tideline's people logged: who, when, on what, and how they wrote it down.

Pure, and the same at every call: each channel draws from a generator of its own, so that a
change in one channel's story leaves the others' numbers alone. Days are counted from 0, the
Monday of week 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engagement.demo.channels import CHANNELS, ChannelStory, Session
from engagement.demo.story import (
    AFTER_SPRINT,
    EVENTS,
    FAILED_SPRINT,
    HOLIDAYS,
    LEA,
    PEOPLE,
    SPRINT,
    WEEKS,
)
from engagement.demo.texts import Note, notes
from engagement.demo.truth import Series

SEED = 2
AWAY = {person.key: frozenset(person.away) for person in PEOPLE}
WORKING_DAYS = (0.2, 0.22, 0.21, 0.19, 0.14, 0.02, 0.02)
FIRST_IMPORTED_WEEK = 40  # From then on Lea tracks her hours in Toggl and imports the file.
AS_PLANNED_SHARE = 0.19
MINUTES_PER_POST = 8  # Nobody publishes faster.
SKIPPED_SHARE = 0.035
LAST_WEEKS = WEEKS - 3
MOST_OF_PLAN = 2.1  # Nobody works more than this times what was planned, launch or not.


@dataclass(frozen=True, slots=True)
class Logged:
    """One time entry."""

    channel: str
    person: str
    activity: str
    day: int
    minutes: int
    confirmation: str
    posts: int = 0
    note: str = ""


def planned_minutes(channel: ChannelStory) -> Series:
    """What the plan gave the channel, per week."""
    planned = np.zeros(WEEKS)
    for allocated in channel.allocations:
        planned[allocated.week :] = allocated.minutes
    return planned


def planned_posts(channel: ChannelStory) -> Series:
    planned = np.zeros(WEEKS)
    for allocated in channel.allocations:
        planned[allocated.week :] = allocated.posts
    return planned


def logged_hours(entries: Sequence[Logged], channel: str) -> Series:
    """Hours on `channel` per week; shape (WEEKS,)."""
    hours = np.zeros(WEEKS)
    for entry in entries:
        if entry.channel == channel:
            hours[entry.day // 7] += entry.minutes / 60
    return hours


def all_entries() -> list[Logged]:
    """Every time entry of the two years, the current week whole; by day, then channel."""
    entries: list[Logged] = []
    for number, channel in enumerate(CHANNELS):
        draw = np.random.default_rng([SEED, 1, number])
        entries += with_notes(channel_entries(channel, draw), notes(channel.name), draw)
    return sorted(entries, key=lambda entry: entry.day)  # Stable: the channels' order stays.


def channel_entries(channel: ChannelStory, draw: np.random.Generator) -> list[Logged]:
    entries: list[Logged] = []
    planned = planned_minutes(channel)
    posts = planned_posts(channel)
    willing = willingness(channel, draw)
    evenings = evening_minutes(draw) if channel.evenings else np.zeros(WEEKS)
    as_planned = False
    for week in range(WEEKS):
        present = [(key, share) for key, share in channel.people if week not in AWAY[key]]
        share_present = sum(share for _, share in present)
        # The others take over some of what somebody who is away would have done.
        staffed = share_present + 0.25 * (1 - share_present) if present else 0.0
        # Nobody confirms two weeks of one channel running: after one something has to be caught up.
        confirms = bool(draw.random() < AS_PLANNED_SHARE)
        as_planned = confirms and staffed > 0.6 and not as_planned
        wanted = planned[week] * willing[week] * staffed
        if channel.evenings:
            wanted = planned[week] / 120 * evenings[week] * (HOLIDAYS.get(week, 1.0) > 0.5)
            as_planned = False
        elif week in HOLIDAYS or lift(week) > 1 or week in AFTER_SPRINT:
            as_planned = False
        if as_planned:
            wanted = planned[week]
        if not present or wanted < 8:
            continue
        sessions = list(cut(channel.sessions, wanted, draw, exact=as_planned))
        made = place(channel, week, sessions, present, draw, as_planned=as_planned)
        ratio = min(wanted / planned[week], 1.6) if planned[week] else 0.0
        entries += with_posts(made, int(draw.poisson(posts[week] * ratio)), draw)
    return entries


def willingness(channel: ChannelStory, draw: np.random.Generator) -> Series:
    """What share of the planned minutes the channel got, per week: moods, holidays, launches."""
    mood = np.zeros(WEEKS)
    for week in range(1, WEEKS):
        mood[week] = 0.5 * mood[week - 1] + draw.normal(0, channel.moods)
    share = channel.tendency * np.exp(mood - 0.05)
    skipped = draw.random(WEEKS) < SKIPPED_SHARE
    skipped[LAST_WEEKS:] = False  # A visitor sees these first.
    share[skipped] = 0.0
    for week in range(WEEKS):
        share[week] *= HOLIDAYS.get(week, 1.0)
        if channel.medium == "online":
            share[week] *= lift(week)
        if channel.name == FAILED_SPRINT and week in SPRINT:
            share[week] = 0.9 + 0.2 * draw.random()
        if channel.name == FAILED_SPRINT and week in AFTER_SPRINT:
            share[week] *= 0.35
    return np.minimum(share, MOST_OF_PLAN)


def lift(week: int) -> float:
    """How much more the team does online because of a launch: 1 in an ordinary week."""
    for event in EVENTS:
        after = week - event.week + 1
        if 0 <= after < len(event.hours):
            return event.hours[after]
    return 1.0


def evening_minutes(draw: np.random.Generator) -> Series:
    """Minutes of a channel that lives on evenings: long ones every few weeks, little between."""
    minutes = draw.gamma(1.2, 25, WEEKS)
    week = 1
    while week < WEEKS:
        minutes[week] += 60 * draw.uniform(3.5, 7.5)
        week += int(draw.choice([2, 3, 3, 4, 5]))
    return minutes


def cut(
    patterns: Sequence[Session], wanted: float, draw: np.random.Generator, *, exact: bool
) -> Iterator[tuple[str, int]]:
    """(activity, minutes) pieces that sum to about `wanted`, or to it exactly if it is planned."""
    shares = np.array([pattern.share for pattern in patterns])
    left = wanted
    while left >= 5:
        pattern = patterns[int(draw.choice(len(patterns), p=shares / shares.sum()))]
        length = min(left, pattern.minutes * float(np.exp(draw.normal(0, 0.4))))
        if left - length < 12:
            length = left
        minutes = on_grid(length, draw, exact=exact)
        if exact:
            minutes = min(minutes, round(left))
        left -= minutes
        if minutes:
            yield pattern.activity, minutes


def on_grid(length: float, draw: np.random.Generator, *, exact: bool) -> int:
    """People think in quarters of an hour, sometimes in five minutes; a timer does not."""
    habit = draw.random()
    if exact or habit < 0.58:
        return max(15, 15 * round(length / 15))
    if habit < 0.85:
        return max(5, 5 * round(length / 5))
    return max(4, round(length))


def place(
    channel: ChannelStory,
    week: int,
    sessions: Sequence[tuple[str, int]],
    present: Sequence[tuple[str, float]],
    draw: np.random.Generator,
    *,
    as_planned: bool,
) -> list[Logged]:
    """Give each piece a person and a day; pieces that meet in one cell become one entry."""
    shares = np.array([share for _, share in present])
    evening = int(draw.choice([1, 2, 3, 3]))
    cells: dict[tuple[int, str, str], Logged] = {}
    for activity, minutes in sessions:
        person = present[int(draw.choice(len(present), p=shares / shares.sum()))][0]
        weekday = int(draw.choice(7, p=WORKING_DAYS))
        if channel.evenings and activity == "meet":
            weekday = evening
        entry = Logged(
            channel=channel.name,
            person=person,
            activity=activity,
            day=7 * week + weekday,
            minutes=minutes,
            confirmation=confirmation(person, week, minutes, as_planned=as_planned),
        )
        cell = (entry.day, person, activity)
        held = cells.get(cell)
        cells[cell] = replace(held, minutes=held.minutes + minutes) if held else entry
    return sorted(cells.values(), key=lambda entry: entry.day)


def confirmation(person: str, week: int, minutes: int, *, as_planned: bool) -> str:
    if person == LEA and week >= FIRST_IMPORTED_WEEK:
        return "imported"
    if as_planned:
        return "planned"
    return "typed" if minutes % 5 == 0 else "timer"


def with_posts(entries: list[Logged], posts: int, draw: np.random.Generator) -> list[Logged]:
    """Spread the week's published posts over the entries in which something was made."""
    for _ in range(posts):
        made = [
            number
            for number, entry in enumerate(entries)
            if entry.activity == "create" and entry.minutes >= MINUTES_PER_POST * (entry.posts + 1)
        ]
        if not made:
            break
        number = made[int(draw.integers(len(made)))]
        entries[number] = replace(entries[number], posts=entries[number].posts + 1)
    return entries


def with_notes(
    entries: list[Logged], told: Sequence[Note], draw: np.random.Generator
) -> list[Logged]:
    """Hang each note on an entry of its activity, in the weeks in which it can be true."""
    for note in told:
        fitting = [
            number
            for number, entry in enumerate(entries)
            if entry.activity == note.activity
            and not entry.note
            and note.first <= entry.day // 7 <= note.last
        ]
        if fitting:
            number = fitting[int(draw.integers(len(fitting)))]
            entries[number] = replace(entries[number], note=note.text)
    return entries
