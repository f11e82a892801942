"""
Hours that were typed into a week: one time entry a cell, and the rules of writing them.

A cell is one channel, activity and day of one person. Its entry has the source "week" and the
cell's own key, so that the same numbers sent twice are one entry. Entries of other sources
(imports, timers, the API) are never written here, and read only to see how full a day is.

Posts are typed per row and week. They are kept on the entry of the row's last day with hours;
of a row without hours, on the day that had them before or else the day of the save (the last
day of a week that is over), with zero minutes. They move only when their day is cleared or
their number changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from tracker.calendar import days_of, monday_of
from tracker.durations import LONGEST, clock
from tracker.models import Activity, Channel, Membership, Team, TimeEntry, User
from tracker.stale import mark_stale

SOURCE = "week"
MOST_POSTS = 999

RowKey = tuple[int, str]  # channel id, activity
CellKey = tuple[int, str, date]


class WeekNotBegunError(ValueError):
    """Hours were typed into a week that has not begun."""


class DayOverfullError(ValueError):
    """More than 24 hours were typed into a day, all its cells and other sources together."""


class WeekChangedError(Exception):
    """The week holds something else than what was shown; `now` is what it holds."""

    def __init__(self, now: Typed) -> None:
        super().__init__("the week was changed after it was shown")
        self.now = now


@dataclass(frozen=True, slots=True)
class Typed:
    """The typed numbers of one person's week. Zero is nothing: leaving it out says the same."""

    minutes: Mapping[CellKey, int] = field(default_factory=dict)
    posts: Mapping[RowKey, int] = field(default_factory=dict)

    @property
    def rows(self) -> set[RowKey]:
        return {(channel_id, activity) for channel_id, activity, _ in self.minutes} | {*self.posts}

    def says_the_same(self, other: Typed, rows: Iterable[RowKey], days: Collection[date]) -> bool:
        """Whether the two agree on every cell and on the posts of `rows`."""
        return all(
            self.posts.get(row, 0) == other.posts.get(row, 0)
            and all(
                self.minutes.get((*row, day), 0) == other.minutes.get((*row, day), 0)
                for day in days
            )
            for row in rows
        )


def cell_key(person_id: int, channel_id: int, activity: str, day: date) -> str:
    """The `source_key` of the one entry that is typed into this cell."""
    return f"{person_id}:{channel_id}:{activity}:{day.isoformat()}"


def is_of_its_cell(entry: TimeEntry) -> bool:
    """Whether `entry` is the one that the page typed where it now stands, and may change."""
    return (
        entry.source == SOURCE
        and entry.person_id is not None
        and entry.source_key
        == cell_key(entry.person_id, entry.channel_id, entry.activity, entry.day)
    )


def typed_of(entries: Iterable[TimeEntry]) -> Typed:
    """What a person's typed entries of one week say."""
    minutes: dict[CellKey, int] = {}
    posts: dict[RowKey, int] = {}
    for entry in entries:
        row = (entry.channel_id, entry.activity)
        if entry.minutes:
            minutes[*row, entry.day] = entry.minutes
        if entry.posts:
            posts[row] = posts.get(row, 0) + entry.posts
    return Typed(minutes, posts)


def refuse_a_week_not_begun(week: date, today: date) -> None:
    """Raises WeekNotBegunError for a week after that of `today`; its own coming days are open."""
    if week > monday_of(today):
        raise WeekNotBegunError(
            f"This week has not begun: its hours can be typed from Monday {week:%-d %B %Y} on."
        )


def save_week(
    *, team: Team, person: User, week: date, typed: Typed, shown: Typed, now: datetime
) -> int:
    """
    Write the typed numbers of `person`'s week and return how many cells and posts changed.

    `typed` covers the rows that it names, seven days each; other rows stay as they are.
    `shown` is what the form showed before anything was typed. All or nothing, in one
    transaction, and one save of a person at a time. What is there already is not written
    again, so that the same save twice is harmless.

    Raises WeekChangedError if the week holds neither what was shown nor what was typed,
    WeekNotBegunError for a coming week, DayOverfullError for a day that would get more hours than
    it has (unless it had more before and gets none in addition), Channel.DoesNotExist for a channel that is not the team's,
    and ValueError for an unknown activity, a day outside the week or a number out of range.
    """
    today = team.day_at(now)
    refuse_a_week_not_begun(week, today)
    check(typed, week)
    days = days_of(week)
    with transaction.atomic():
        # Two saves of one person wait for each other here, so that the second one sees what
        # the first one wrote.
        Membership.objects.select_for_update(no_key=True).get(team=team, user=person)
        refuse_foreign_channels(team, typed)
        logged = list(TimeEntry.objects.of_team(team).by(person).between(days[0], days[-1]))
        entries = {
            (entry.channel_id, entry.activity, entry.day): entry
            for entry in logged
            if is_of_its_cell(entry)
        }
        present = typed_of(entries.values())
        if present.says_the_same(typed, typed.rows, days):
            return 0
        if not present.says_the_same(shown, present.rows | shown.rows, days):
            raise WeekChangedError(present)
        refuse_overfull_days(logged, present, typed)
        changed = 0
        touched = set()
        for row in sorted(typed.rows):
            if not present.says_the_same(typed, [row], days):
                before = [entries.get((*row, day)) for day in days]
                after = [typed.minutes.get((*row, day), 0) for day in days]
                posts = place_posts(
                    wanted=typed.posts.get(row, 0),
                    minutes=after,
                    before=[entry.posts if entry else 0 for entry in before],
                    fallback=days.index(today) if today in days else len(days) - 1,
                )
                write_row(team, person, row, days, before, after, posts)
                touched.add((row[0], week))
                changed += changes_between(present, typed, row, days)
        mark_stale(team=team, weeks=touched)
    return changed


def check(typed: Typed, week: date) -> None:
    """Raises ValueError, one line, for what no page of this product can have sent."""
    days = set(days_of(week))
    for (_, activity, day), minutes in typed.minutes.items():
        if activity not in Activity.values:
            raise ValueError(f"{activity!r} is not an activity")
        if day not in days:
            raise ValueError(f"{day} is not a day of the week of {week}")
        if not 0 <= minutes <= LONGEST:
            raise ValueError(f"{minutes} minutes on {day}: a day has 0 to {LONGEST}")
    for (_, activity), posts in typed.posts.items():
        if activity not in Activity.values:
            raise ValueError(f"{activity!r} is not an activity")
        if not 0 <= posts <= MOST_POSTS:
            raise ValueError(f"{posts} posts: a row of a week has 0 to {MOST_POSTS}")


def refuse_overfull_days(logged: Iterable[TimeEntry], present: Typed, typed: Typed) -> None:
    """Raises DayOverfullError, one line, for days that `typed` brings above what a day has."""
    before: Counter[date] = Counter()
    for entry in logged:
        before[entry.day] += entry.minutes
    after = before.copy()
    for (*row, day), minutes in present.minutes.items():
        if tuple(row) in typed.rows:
            after[day] -= minutes
    for (_, _, day), minutes in typed.minutes.items():
        after[day] += minutes
    overfull = [
        f"{day:%A %-d %B} would have {clock(minutes)}"
        for day, minutes in sorted(after.items())
        if minutes > max(LONGEST, before[day])
    ]
    if overfull:
        raise DayOverfullError(f"A day has 24 hours, and {', '.join(overfull)}.")


def refuse_foreign_channels(team: Team, typed: Typed) -> None:
    """Raises Channel.DoesNotExist unless every channel is the team's."""
    named = {channel_id for channel_id, _ in typed.rows}
    known = set(Channel.objects.of_team(team).filter(pk__in=named).values_list("pk", flat=True))
    if unknown := named - known:
        raise Channel.DoesNotExist(f"no such channel in {team.slug}: {sorted(unknown)}")


def changes_between(before: Typed, after: Typed, row: RowKey, days: Iterable[date]) -> int:
    """How many cells of `row`, its posts counted as one, differ."""
    cells = sum(
        before.minutes.get((*row, day), 0) != after.minutes.get((*row, day), 0) for day in days
    )
    return cells + (before.posts.get(row, 0) != after.posts.get(row, 0))


def place_posts(
    *, wanted: int, minutes: Sequence[int], before: Sequence[int], fallback: int
) -> list[int]:
    """
    On which of seven days the `wanted` posts of a row stand; see the module's docstring.

    `minutes` are the row's hours after the save, `before` its posts by day until now,
    `fallback` the place of a row that has neither.
    """
    working = [n for n in range(7) if minutes[n]]
    placed = [before[n] if n in working or not working else 0 for n in range(7)]
    surplus = sum(placed) - wanted
    for n in reversed(range(7)):
        taken = min(placed[n], max(surplus, 0))
        placed[n] -= taken
        surplus -= taken
    posted = [n for n in range(7) if before[n]]
    home = (working or posted or [fallback])[-1]
    placed[home] += max(-surplus, 0)
    return placed


def write_row(
    team: Team,
    person: User,
    row: RowKey,
    days: Sequence[date],
    before: Sequence[TimeEntry | None],
    minutes: Sequence[int],
    posts: Sequence[int],
) -> None:
    """Make the row's seven entries say `minutes` and `posts`, touching only those that differ."""
    for day, entry, day_minutes, day_posts in zip(days, before, minutes, posts, strict=True):
        if entry is None and (day_minutes or day_posts):
            TimeEntry.objects.create(
                team=team,
                person=person,
                channel_id=row[0],
                activity=row[1],
                day=day,
                minutes=day_minutes,
                posts=day_posts,
                confirmation=TimeEntry.Confirmation.TYPED,
                source=SOURCE,
                source_key=cell_key(person.pk, *row, day),
            )
        elif entry is not None and not (day_minutes or day_posts):
            entry.delete()
        elif entry is not None and (entry.minutes, entry.posts) != (day_minutes, day_posts):
            if entry.minutes != day_minutes:
                # Hours that somebody corrected are typed, whatever had confirmed them before.
                entry.confirmation = TimeEntry.Confirmation.TYPED
            entry.minutes = day_minutes
            entry.posts = day_posts
            entry.save(update_fields=["minutes", "posts", "confirmation", "updated_at"])
