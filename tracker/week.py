"""
A week as people log it: what was planned, what is logged, what was typed here.

Two writers meet in a cell (one channel, activity and day of one person). What is typed on
the page is one time entry with source "week" and the key of its cell; what imports, timers
and the API brought stands beside it, is part of every sum, and is never touched from here.
Allocations belong to the team, so the plan of a channel is told together with what the whole
team logged on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from tracker.calendar import WEEK, days_of
from tracker.models import Activity, Channel, Team, TimeEntry, User
from tracker.planning import Planned, planned_by_week
from tracker.typed_hours import RowKey, Typed, is_of_its_cell

RECENT = 4 * WEEK

ORIGINS = {
    TimeEntry.Confirmation.TYPED: "typed",
    TimeEntry.Confirmation.TIMER: "timer",
    TimeEntry.Confirmation.PLANNED: "as planned",
    TimeEntry.Confirmation.API: "API",
}
ACTIVITY_ORDER = {activity: place for place, activity in enumerate(Activity.values)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one row, in minutes."""

    day: date
    typed: int  # from this page, and changed by it
    others: int  # from imports, timers, the API, or colleagues in the team's week
    other_origins: tuple[str, ...]  # where those came from: "Toggl", "timer"

    @property
    def minutes(self) -> int:
        return self.typed + self.others


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A channel and an activity with their seven days."""

    channel: Channel
    activity: str
    cells: tuple[Cell, ...]
    typed_posts: int
    other_posts: int
    origins: tuple[str, ...]  # how its hours were confirmed: "typed", "as planned", "Toggl"

    @property
    def key(self) -> RowKey:
        return self.channel.pk, self.activity

    @property
    def minutes(self) -> int:
        return sum(cell.minutes for cell in self.cells)

    @property
    def posts(self) -> int:
        return self.typed_posts + self.other_posts


@dataclass(frozen=True, slots=True)
class Pace:
    """One channel's week: what the plan asks of the team, and what the team logged."""

    channel: Channel
    planned_minutes: int
    planned_posts: int
    team_minutes: int
    team_posts: int

    @property
    def is_planned(self) -> bool:
        return self.planned_minutes > 0 or self.planned_posts > 0


@dataclass(frozen=True, slots=True)
class PersonWeek:
    """The week of one person, or of the whole team where `person` is None."""

    week: date  # its Monday
    person: User | None
    rows: tuple[WeekRow, ...]
    paces: Mapping[int, Pace]  # by channel id, in the channels' order

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    @property
    def active_channels(self) -> list[Channel]:
        """Where hours may still go."""
        return [pace.channel for pace in self.paces.values() if pace.channel.archived_at is None]

    @property
    def typed(self) -> Typed:
        """What a form of this week shows in its inputs, and may overwrite."""
        return Typed(
            minutes={
                (*row.key, cell.day): cell.typed
                for row in self.rows
                for cell in row.cells
                if cell.typed
            },
            posts={row.key: row.typed_posts for row in self.rows if row.typed_posts},
        )


@dataclass(frozen=True, slots=True)
class Logged:
    """Minutes and posts of one cell from one origin."""

    row: RowKey
    day: date
    minutes: int
    posts: int
    is_typed: bool  # the entry of this page itself
    origin: str


def load_week(
    *, team: Team, week: date, person: User | None = None, extra_rows: Iterable[RowKey] = ()
) -> PersonWeek:
    """
    The week of `person`, or of the whole team, with a number of queries that never changes.

    Rows are what is logged in the week, what the person used in the four weeks before (on
    channels that are not archived), `extra_rows`, and one for each planned channel that would
    have none. Raises Channel.DoesNotExist if an extra row's channel is not the team's.
    """
    channels = {channel.pk: channel for channel in Channel.objects.of_team(team)}
    keys = set(extra_rows)
    if unknown := {channel_id for channel_id, _ in keys} - channels.keys():
        raise Channel.DoesNotExist(f"no such channel in {team.slug}: {sorted(unknown)}")
    logged = logged_by(person, team, week) if person else logged_by_team(team, week)
    paces = paces_of(channels, team, week)
    active = {pk for pk, channel in channels.items() if channel.archived_at is None}
    keys |= {fact.row for fact in logged}
    if person:
        keys |= {row for row in recent_rows(person, team, week) if row[0] in active}
    with_row = {channel_id for channel_id, _ in keys}
    keys |= {
        (pk, Activity.UNSAID.value)
        for pk, pace in paces.items()
        if pace.is_planned and pk not in with_row
    }
    facts: dict[RowKey, list[Logged]] = {row: [] for row in keys}
    for fact in logged:
        facts[fact.row].append(fact)
    return PersonWeek(
        week=week,
        person=person,
        rows=tuple(
            row_of(channels[row[0]], row[1], week, facts[row])
            for row in sorted(keys, key=lambda row: row_order(channels[row[0]], row[1]))
        ),
        paces=paces,
    )


def paces_of(channels: Mapping[int, Channel], team: Team, week: date) -> dict[int, Pace]:
    """What the plan asks of the team for each of its channels, and what the team logged."""
    planned = planned_by_week(team=team, first=week, last=week)
    nothing = Planned(minutes=0, posts=0, expected_delay_weeks=0)
    logged = {
        channel_id: (minutes, posts)
        for channel_id, minutes, posts in TimeEntry.objects.of_team(team)
        .between(week, days_of(week)[-1])
        .order_by()
        .values_list("channel_id")
        .annotate(Sum("minutes"), Sum("posts"))
    }
    paces = {}
    for pk, channel in channels.items():
        asked = planned.get((pk, week), nothing)
        paces[pk] = Pace(channel, asked.minutes, asked.posts, *logged.get(pk, (0, 0)))
    return paces


def logged_by(person: User, team: Team, week: date) -> list[Logged]:
    """What one person logged in the week, entry by entry."""
    entries = TimeEntry.objects.of_team(team).by(person).between(week, days_of(week)[-1])
    return [
        Logged(
            row=(entry.channel_id, entry.activity),
            day=entry.day,
            minutes=entry.minutes,
            posts=entry.posts,
            is_typed=is_of_its_cell(entry),
            origin=origin_of(entry.confirmation, entry.source),
        )
        for entry in entries
    ]


def logged_by_team(team: Team, week: date) -> list[Logged]:
    """What everybody logged in the week, summed by cell and origin; typed by nobody in particular."""
    sums = (
        TimeEntry.objects.of_team(team)
        .between(week, days_of(week)[-1])
        .order_by("day", "confirmation", "source")
        .values_list("channel_id", "activity", "day", "confirmation", "source")
        .annotate(Sum("minutes"), Sum("posts"))
    )
    return [
        Logged((channel_id, activity), day, minutes, posts, False, origin_of(confirmation, source))
        for channel_id, activity, day, confirmation, source, minutes, posts in sums
    ]


def recent_rows(person: User, team: Team, week: date) -> set[RowKey]:
    """The channels and activities that the person logged in the weeks before this one."""
    return set(
        TimeEntry.objects.of_team(team)
        .by(person)
        .between(week - RECENT, week - timedelta(days=1))
        .order_by()
        .values_list("channel_id", "activity")
        .distinct()
    )


def origin_of(confirmation: str, source: str) -> str:
    """Where hours came from, as a row's mark says it: an import by its own name, "Toggl"."""
    if confirmation == TimeEntry.Confirmation.IMPORTED:
        return source.replace("-", " ").capitalize()
    return ORIGINS[TimeEntry.Confirmation(confirmation)]


def row_order(channel: Channel, activity: str) -> tuple[int, str, int, int]:
    return channel.position, channel.name, channel.pk, ACTIVITY_ORDER[activity]


def row_of(channel: Channel, activity: str, week: date, facts: Iterable[Logged]) -> WeekRow:
    """Add up the facts of one row."""
    typed: dict[date, int] = defaultdict(int)
    others: dict[date, int] = defaultdict(int)
    other_origins: dict[date, dict[str, None]] = defaultdict(dict)
    origins: dict[str, None] = {}  # a set that keeps the order in which they were met
    posts = {True: 0, False: 0}
    for fact in facts:
        posts[fact.is_typed] += fact.posts
        origins[fact.origin] = None
        if fact.is_typed:
            typed[fact.day] += fact.minutes
        else:
            others[fact.day] += fact.minutes
            other_origins[fact.day][fact.origin] = None
    return WeekRow(
        channel=channel,
        activity=activity,
        cells=tuple(
            Cell(day, typed[day], others[day], tuple(other_origins[day])) for day in days_of(week)
        ),
        typed_posts=posts[True],
        other_posts=posts[False],
        origins=tuple(origins),
    )
