"""The table of a week as its template draws it: inputs or numbers, sums, and the plan beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.calendar import days_of
from tracker.durations import clock
from tracker.models import Activity
from tracker.typed_hours import RowKey
from tracker.views.week_form import Posted, cell_name, posts_name
from tracker.week import Pace, PersonWeek, WeekRow


@dataclass(frozen=True, slots=True)
class Standing:
    """What one input holds when its page is drawn."""

    text: str
    value: int  # what the text says, in minutes or posts; 0 if it can't be read
    saved: int  # what the form takes as saved, so that a script can tell what was changed
    error: str = ""  # one line, where the text can't be read
    meanwhile: str = ""  # what was saved elsewhere since the form was first shown


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the table; in a table that is only read, one number."""

    name: str
    label: str  # for those who can't see the table's head
    standing: Standing
    others: int  # minutes or posts from elsewhere, which stand beside it
    others_from: str  # "Toggl, timer"
    day: date | None  # None for posts
    is_today: bool = False

    @property
    def total(self) -> int:
        return self.standing.value + self.others

    @property
    def is_weekend(self) -> bool:
        return self.day is not None and self.day.weekday() >= 5

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a channel was to get from the team in the week, and what it got by now."""

    planned_minutes: int
    planned_posts: int
    colleagues_minutes: int  # by others than the person whose week this is
    colleagues_posts: int
    own_minutes: int  # with what stands in the inputs
    own_posts: int

    @property
    def minutes(self) -> int:
        return self.colleagues_minutes + self.own_minutes

    @property
    def posts(self) -> int:
        return self.colleagues_posts + self.own_posts


@dataclass(frozen=True, slots=True)
class Row:
    channel_id: int
    name: str  # "LinkedIn · create"
    is_in_person: bool
    hours: tuple[Input, ...]
    posts: Input
    origins: tuple[str, ...]
    plan: Plan | None  # on the first row of its channel alone: the plan knows no activities
    is_new: bool  # just added, and wanting the cursor

    @property
    def minutes(self) -> int:
        return sum(each.total for each in self.hours)

    @property
    def wrong(self) -> list[Input]:
        return [each for each in (*self.hours, self.posts) if each.standing.error]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    minutes: int  # the column's sum
    is_today: bool

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Table:
    days: tuple[Day, ...]
    rows: tuple[Row, ...]
    planned_minutes: int
    colleagues_minutes: int

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.rows)

    @property
    def posts(self) -> int:
        return sum(row.posts.total for row in self.rows)

    @property
    def team_minutes(self) -> int:
        return self.minutes + self.colleagues_minutes

    @property
    def wrong(self) -> list[Input]:
        return [each for row in self.rows for each in row.wrong]

    @property
    def own_percent(self) -> float:
        """How far the person's hours fill the plan, 0 to 100."""
        return percent(self.minutes, self.planned_minutes)

    @property
    def team_percent(self) -> float:
        return percent(self.team_minutes, self.planned_minutes)


def percent(part: int, whole: int) -> float:
    return round(min(100.0, 100 * part / whole), 1) if whole else 0.0


def table_of(
    week: PersonWeek,
    *,
    today: date,
    posted: Posted | None = None,
    is_conflict: bool = False,
    new_row: RowKey | None = None,
) -> Table:
    """
    Lay a loaded week out, with what was `posted` over it where something was.

    `is_conflict` says that the week was changed after the posted form had been shown.
    """
    drawn = [
        (
            row,
            tuple(hour_input(row, n, today, posted, is_conflict) for n in range(7)),
            posts_input(row, posted, is_conflict),
        )
        for row in week.rows
    ]
    own = {channel_id: [0, 0] for channel_id in week.paces}
    for row, hours, posts in drawn:
        own[row.channel.pk][0] += sum(each.total for each in hours)
        own[row.channel.pk][1] += posts.total
    plans = {pk: plan_of(pace, week, *own[pk]) for pk, pace in week.paces.items()}
    leaders = {row.channel.pk: row.key for row in reversed(week.rows)}
    rows = tuple(
        Row(
            channel_id=row.channel.pk,
            name=row_name(row),
            is_in_person=row.channel.medium == row.channel.Medium.IN_PERSON,
            hours=hours,
            posts=posts,
            origins=row.origins,
            plan=plans[row.channel.pk] if leaders[row.channel.pk] == row.key else None,
            is_new=row.key == new_row,
        )
        for row, hours, posts in drawn
    )
    return Table(
        days=tuple(
            Day(day, sum(row.hours[n].total for row in rows), day == today)
            for n, day in enumerate(days_of(week.week))
        ),
        rows=rows,
        planned_minutes=sum(plan.planned_minutes for plan in plans.values()),
        colleagues_minutes=sum(plan.colleagues_minutes for plan in plans.values()),
    )


def plan_of(pace: Pace, week: PersonWeek, own_minutes: int, own_posts: int) -> Plan:
    rows = [row for row in week.rows if row.channel.pk == pace.channel.pk]
    return Plan(
        planned_minutes=pace.planned_minutes,
        planned_posts=pace.planned_posts,
        colleagues_minutes=pace.team_minutes - sum(row.minutes for row in rows),
        colleagues_posts=pace.team_posts - sum(row.posts for row in rows),
        own_minutes=own_minutes,
        own_posts=own_posts,
    )


def row_name(row: WeekRow) -> str:
    """`LinkedIn · create`, or `LinkedIn` where nobody said what the hour was."""
    if row.activity == Activity.UNSAID:
        return row.channel.name
    return f"{row.channel.name} · {Activity(row.activity).label.lower()}"


def hour_input(
    row: WeekRow, n: int, today: date, posted: Posted | None, is_conflict: bool
) -> Input:
    cell = row.cells[n]
    key = (*row.key, cell.day)
    name = cell_name(row.key, cell.day)
    return Input(
        name=name,
        label=f"{row_name(row)}, {cell.day:%A} {cell.day.day} {cell.day:%B}",
        standing=standing(
            posted,
            name,
            now=cell.typed,
            before=posted.shown.minutes.get(key, 0) if posted else 0,
            typed=posted.typed.minutes.get(key) if posted else None,
            is_conflict=is_conflict,
        ),
        others=cell.others,
        others_from=", ".join(cell.other_origins),
        day=cell.day,
        is_today=cell.day == today,
    )


def posts_input(row: WeekRow, posted: Posted | None, is_conflict: bool) -> Input:
    name = posts_name(row.key)
    return Input(
        name=name,
        label=f"{row_name(row)}, posts",
        standing=standing(
            posted,
            name,
            now=row.typed_posts,
            before=posted.shown.posts.get(row.key, 0) if posted else 0,
            typed=posted.typed.posts.get(row.key) if posted else None,
            is_conflict=is_conflict,
        ),
        others=row.other_posts,
        others_from="",
        day=None,
    )


def standing(
    posted: Posted | None,
    name: str,
    *,
    now: int,
    before: int,
    typed: int | None,
    is_conflict: bool,
) -> Standing:
    """
    What the input `name` shows: what is saved or, after a post, what was typed.

    `now` is what is saved, `before` what the posted form had shown, `typed` what was read from
    it, None if it couldn't be. After a conflict an untouched input shows what is saved now, and
    one that both sides changed shows the own number with the other one beside it.
    """
    if posted is None or name not in posted.texts:
        arrived = is_conflict and now
        return Standing(written(name, now), now, now, meanwhile="new" if arrived else "")
    text = posted.texts[name]
    if typed is None:
        return Standing(text, 0, before, error=posted.errors[name])
    if not is_conflict:
        return Standing(text, typed, before)
    if now in (before, typed):
        return Standing(text, typed, now)
    if typed == before:
        was = written(name, before) or "empty"
        return Standing(written(name, now), now, now, meanwhile=f"was {was}")
    return Standing(text, typed, now, meanwhile=f"now {written(name, now) or 'empty'}")


def written(name: str, number: int) -> str:
    """A number as its input shows it: hours as a clock, posts as they are, nothing as nothing."""
    if not number:
        return ""
    return clock(number) if name.startswith("minutes.") else str(number)
