"""A period of weeks, and the stored trends of some channels summed over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum

from engagement.bands import Band, sum_of_independent, sum_of_one_cause
from engagement.models import WeeklyTrend
from tracker.calendar import WEEK, monday_of, mondays

PERIODS = {
    "13": "Last 13 weeks",
    "26": "Last 26 weeks",
    "52": "Last 52 weeks",
    "all": "All weeks",
}
SHORT_TREND = 4  # weeks of WeeklyTrend.trend_4
LONG_TREND = 13  # weeks of WeeklyTrend.trend_13


@dataclass(frozen=True, slots=True)
class Period:
    """
    So many weeks that are over, and the one that is running.

    The running week is shown and never counted: on a Monday its hours would read as a fall.
    """

    name: str
    running: date  # Monday of the week that is not over
    weeks_over: int | None  # None: all there are

    @property
    def label(self) -> str:
        return PERIODS[self.name]

    @property
    def first(self) -> date | None:
        """The first Monday, where the name alone settles it."""
        return None if self.weeks_over is None else self.running - self.weeks_over * WEEK

    @property
    def needed_from(self) -> date | None:
        """From which week on rows are needed: the four-week trend looks three weeks back."""
        return None if self.first is None else self.first - (SHORT_TREND - 1) * WEEK


def period_named(name: str, today: date) -> Period:
    """Raises ValueError unless `name` is one of PERIODS."""
    if name not in PERIODS:
        raise ValueError(f"{name!r} is not one of {', '.join(PERIODS)}")
    return Period(
        name=name,
        running=monday_of(today),
        weeks_over=None if name == "all" else int(name),
    )


@dataclass(frozen=True, slots=True)
class WeekSum:
    """
    One week of the chosen channels together. What nobody recorded is None, never nothing.

    A channel without a row in the week, or without any response in it, adds nothing to the
    sums of the others; where that holds for all of them the sum is not known.
    """

    week: date
    is_over: bool
    planned_minutes: int | None
    logged_minutes: int | None
    responses: int | None
    worth: float | None
    attributed: float | None
    trend: Band | None  # return per hour over the four weeks that end with this one


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """The weeks that are over, together, in minutes and worth; intervals are of 90%."""

    planned_minutes: int
    logged_minutes: int
    minutes_since_plan: int  # logged from the first week on for which anything was planned
    online_minutes: int
    worth: float | None
    caused: Band | None
    return_per_hour: Band | None

    @property
    def adherence(self) -> float | None:
        """By the hours since the plan began: before it there was none to keep to."""
        return self.minutes_since_plan / self.planned_minutes if self.planned_minutes else None

    @property
    def had_no_plan_at_first(self) -> bool:
        return self.minutes_since_plan < self.logged_minutes

    @property
    def online_share(self) -> float | None:
        return self.online_minutes / self.logged_minutes if self.logged_minutes else None

    @property
    def caused_share(self) -> float | None:
        """Of all that came back, the part that the effort caused."""
        if self.caused is None or not self.worth:
            return None
        return min(max(self.caused.mean / self.worth, 0.0), 1.0)


class Trends:
    """Stored rows of one team's channels, ready to be summed over a period; reads no database."""

    def __init__(self, rows: Iterable[WeeklyTrend], period: Period, online: frozenset[int]) -> None:
        """`online` names the channels (by id) that are not in person."""
        self.period = period
        self.online = online
        self.by_channel: dict[int, dict[date, WeeklyTrend]] = defaultdict(dict)
        for row in rows:
            if row.week <= period.running:
                self.by_channel[row.channel_id][row.week] = row
        first = period.first
        if first is None:
            first = min(
                (week for weeks in self.by_channel.values() for week in weeks),
                default=period.running,
            )
        self.weeks = list(mondays(first, period.running))

    @property
    def weeks_over(self) -> list[date]:
        return self.weeks[:-1]

    def by_week(self) -> list[WeekSum]:
        """One sum a week, oldest first, the running week last."""
        return [self._week_sum(week) for week in self.weeks]

    def total(self, channel_ids: Iterable[int] | None = None) -> PeriodSum:
        """The weeks that are over, of all channels here or of those named."""
        chosen = list(self.by_channel if channel_ids is None else channel_ids)
        rows = [
            (channel_id, row)
            for channel_id in chosen
            for week, row in self.by_channel.get(channel_id, {}).items()
            if self.weeks[0] <= week < self.period.running
        ]
        plan_began = min((row.week for _, row in rows if row.planned_minutes), default=None)
        worths = [float(row.worth) for _, row in rows if row.responses]
        bands = {
            channel_id: band
            for channel_id in chosen
            if (band := self._caused(channel_id)) is not None
        }
        caused = sum_of_independent(bands.values()) if bands else None
        # Hours whose effect nobody has estimated yet must not pass for hours without effect.
        judged = sum(row.logged_minutes for channel_id, row in rows if channel_id in bands)
        return PeriodSum(
            planned_minutes=sum(row.planned_minutes for _, row in rows),
            logged_minutes=sum(row.logged_minutes for _, row in rows),
            minutes_since_plan=sum(
                row.logged_minutes
                for _, row in rows
                if plan_began is not None and row.week >= plan_began
            ),
            online_minutes=sum(
                row.logged_minutes for channel_id, row in rows if channel_id in self.online
            ),
            worth=fsum(worths) if worths else None,
            caused=caused,
            return_per_hour=caused.times(60 / judged) if caused and judged else None,
        )

    def _week_sum(self, week: date) -> WeekSum:
        rows = [weeks[week] for weeks in self.by_channel.values() if week in weeks]
        counted = [row for row in rows if row.responses]
        attributed = [row.attributed for row in rows if row.attributed is not None]
        return WeekSum(
            week=week,
            is_over=week < self.period.running,
            planned_minutes=sum(row.planned_minutes for row in rows) if rows else None,
            logged_minutes=sum(row.logged_minutes for row in rows) if rows else None,
            responses=sum(sum(row.responses.values()) for row in counted) if counted else None,
            worth=fsum(float(row.worth) for row in counted) if counted else None,
            attributed=fsum(attributed) if attributed else None,
            trend=self._trend(week),
        )

    def _trend(self, week: date) -> Band | None:
        """
        Return per hour over four weeks: the channels' own, weighted by their hours.

        A channel without hours in these weeks has none. Where the channels whose return is
        known hold less than half of the hours, the whole is not known either.
        """
        parts: list[tuple[int, Band]] = []
        minutes_in_all = 0
        for weeks in self.by_channel.values():
            minutes = minutes_between(weeks, week - (SHORT_TREND - 1) * WEEK, week)
            minutes_in_all += minutes
            row = weeks.get(week)
            if minutes and row is not None and row.trend_4 is not None:
                parts.append((minutes, Band(row.trend_4, row.trend_4_low, row.trend_4_high)))
        known = sum(minutes for minutes, _ in parts)
        if not known or 2 * known < minutes_in_all:
            return None
        return sum_of_independent(band.times(minutes / known) for minutes, band in parts)

    def _caused(self, channel_id: int) -> Band | None:
        """
        Worth that one channel's hours caused in the weeks that are over.

        The mean is the sum of the weeks' own. The stored thirteen-week trends, each times its
        hours, give the width: their windows are laid end to end, from the newest back. A window
        without hours has no trend: its carry-over is taken to be as unsure as the rest, and where
        it is most of all that was caused, nobody knows how sure that is.
        """
        weeks = self.by_channel.get(channel_id, {})
        attributed = [
            row.attributed
            for week in self.weeks_over
            if (row := weeks.get(week)) is not None and row.attributed is not None
        ]
        if not attributed:
            return None
        mean = fsum(attributed)
        windows: list[Band] = []
        for last in self.weeks_over[::-LONG_TREND]:
            first = max(last - (LONG_TREND - 1) * WEEK, self.weeks[0])
            minutes = minutes_between(weeks, first, last)
            if not minutes:
                continue
            row = weeks.get(last)
            if row is None or row.trend_13 is None:
                return Band(mean)
            trend = Band(row.trend_13, row.trend_13_low, row.trend_13_high)
            windows.append(trend.times(minutes / 60))
        width = sum_of_one_cause(windows)
        if not windows or 2 * width.mean < mean:
            return Band(mean)
        if width.mean > 0:
            width = width.times(mean / width.mean)
        if width.below is None or width.above is None:
            return Band(mean)
        return Band(mean, mean - width.below, mean + width.above)


def minutes_between(weeks: dict[date, WeeklyTrend], first: date, last: date) -> int:
    """Logged minutes from `first` to `last` (Mondays), both weeks included."""
    return sum(
        row.logged_minutes for week in mondays(first, last) if (row := weeks.get(week)) is not None
    )
