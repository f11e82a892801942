"""Returns at a glance: header figures, charts and channels of one team over one period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engagement.ahead import counted_ahead
from engagement.ahead_card import AheadCard, ahead_card
from engagement.amounts import Unit, unit_of
from engagement.bands import Band, sum_of_independent
from engagement.charts import (
    HoursAndResponses,
    ReturnPerHour,
    hours_and_responses,
    return_per_hour,
)
from engagement.history import still_asked_about
from engagement.hour_card import HourCard, hour_card
from engagement.lately import read_lately
from engagement.models import Estimate, RefreshState, WeeklyTrend
from engagement.period import Period, PeriodSum, Trends, WeekSum
from engagement.record import read_record
from engagement.record_card import RecordCard, record_card
from engagement.tables import Column, Table
from tracker.calendar import WEEK
from tracker.models import Channel, Event, Goal, StaleWeek, Team

WEEKS_AHEAD = (4, 13)  # over which it is told what should come back


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel over the period; `estimate` speaks of all its weeks, None before the first."""

    channel: Channel
    sum: PeriodSum
    estimate: Estimate | None

    @property
    def next_hour(self) -> Band | None:
        return None if self.estimate is None else next_hour_of(self.estimate)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that Returns shows, read from stored rows alone."""

    period: Period
    unit: Unit
    hour_cost: float | None
    channels: tuple[Channel, ...]  # all of the team, to choose from
    chosen: Channel | None  # None: all of them
    weeks: tuple[WeekSum, ...]  # with the running one
    sum: PeriodSum  # without it
    next_hour: Band | None
    lines: tuple[ChannelLine, ...]
    hours_and_responses: HoursAndResponses
    return_per_hour: ReturnPerHour
    record: RecordCard | None  # None before a forecast is scored
    ahead: AheadCard
    hour: HourCard | None  # of the chosen channel; None without one, and before its estimate
    set_aside: tuple[RefreshState, ...]
    is_computing: bool
    has_numbers: bool  # whether anything was ever computed for what is chosen

    @property
    def estimates(self) -> list[Estimate]:
        return [line.estimate for line in self.lines if line.estimate is not None]

    @property
    def computed(self) -> tuple[datetime, datetime] | None:
        """When the oldest and the newest of the shown estimates were computed."""
        moments = [estimate.computed_at for estimate in self.estimates]
        return (min(moments), max(moments)) if moments else None

    @property
    def model_versions(self) -> list[str]:
        return sorted({estimate.model_version for estimate in self.estimates})

    @property
    def cost(self) -> float | None:
        """What the hours cost; None where the team has not said what an hour costs."""
        if self.hour_cost is None:
            return None
        return self.hour_cost * self.sum.logged_minutes / 60

    def table(self, name: str) -> Table | None:
        """The table of that name, as addresses spell it; None if there is no such table."""
        return {
            "hours-and-responses": self.hours_and_responses.table,
            "return-per-hour": self.return_per_hour.table,
            "channels": table_of_channels(self.lines, self.unit),
            "forecast-record": self.record.table if self.record else None,
        }.get(name)


def read_overview(
    *, team: Team, period: Period, channel_id: int | None, today: date
) -> Overview | None:
    """
    Everything for the page, in eight queries whatever the number of channels, weeks and goals.

    Nine where a channel is chosen that has an estimate. None if `channel_id` names no channel of
    the team.
    """
    channels = list(Channel.objects.of_team(team))
    chosen = next((channel for channel in channels if channel.pk == channel_id), None)
    if channel_id is not None and chosen is None:
        return None
    shown = channels if chosen is None else [chosen]
    rows = WeeklyTrend.objects.of_team(team).filter(week__lte=period.running)
    # What is long and not told here stays where it is; draws are read of a chosen channel alone.
    estimates = Estimate.objects.of_team(team).defer("kernel", "curve", "bank")
    set_aside = RefreshState.objects.of_team(team).set_aside().select_related("channel")
    events = Event.objects.of_team(team).filter(day__lt=period.running + WEEK)
    if period.needed_from is not None:
        rows = rows.filter(week__gte=period.needed_from)
        events = events.filter(day__gte=period.needed_from)
    if chosen is not None:
        rows = rows.filter(channel=chosen)
        estimates = estimates.filter(channel=chosen)
        set_aside = set_aside.filter(channel=chosen)
        events = events.filter(channel=None) | events.filter(channel=chosen)
    else:
        estimates = estimates.defer("kernel", "curve", "bank", "effect", "patience")
    trends = Trends(
        rows,
        period,
        online=frozenset(
            channel.pk for channel in channels if channel.medium == Channel.Medium.ONLINE
        ),
    )
    by_channel = {estimate.channel_id: estimate for estimate in estimates}
    lines = tuple(
        ChannelLine(
            channel=channel,
            sum=trends.total([channel.pk]),
            estimate=by_channel.get(channel.pk),
        )
        for channel in shown
        if channel.archived_at is None or channel.pk in trends.by_channel or channel is chosen
    )
    unit = unit_of(team.currency)
    hour_cost = None if team.hour_cost is None else float(team.hour_cost)
    weeks = trends.by_week()
    told = read_record(team=team, running=period.running, channel=chosen, weeks=period.weeks_over)
    marked = list(events)
    return Overview(
        period=period,
        unit=unit,
        hour_cost=hour_cost,
        channels=tuple(channels),
        chosen=chosen,
        weeks=tuple(weeks),
        sum=trends.total(),
        next_hour=next_hour_together(lines),
        lines=lines,
        hours_and_responses=hours_and_responses(weeks, events=marked, unit=unit, today=today),
        return_per_hour=return_per_hour(
            weeks, hour_cost=hour_cost, events=marked, unit=unit, today=today
        ),
        record=record_card(
            told.together,
            channels={channel.pk: channel.name for channel in channels},
            unit=unit,
            today=today,
        ),
        ahead=ahead_of(
            lines, read_goals(team, chosen, period), unit=unit, period=period, today=today
        ),
        hour=None
        if chosen is None
        else hour_of(team, lines[0], unit=unit, period=period, today=today),
        set_aside=tuple(set_aside),
        is_computing=is_computing(team),
        has_numbers=bool(trends.by_channel or by_channel),
    )


def is_computing(team: Team) -> bool:
    """Whether newer numbers are on their way; what was set aside is not waited for."""
    return (
        StaleWeek.objects.of_team(team)
        .exclude(
            channel__in=RefreshState.objects.of_team(team).set_aside().values("channel"),
        )
        .exists()
    )


def read_goals(team: Team, chosen: Channel | None, period: Period) -> list[Goal]:
    """Those that are open or were lately, with their forecasts; of one channel its own alone."""
    goals = Goal.objects.of_team(team).filter(still_asked_about(period.running))
    if chosen is not None:
        goals = goals.filter(channel=chosen)
    return list(goals.select_related("metric", "channel", "forecast"))


def ahead_of(
    lines: Sequence[ChannelLine], goals: Sequence[Goal], *, unit: Unit, period: Period, today: date
) -> AheadCard:
    """Of the channels in use: nobody follows the weeks of the others."""
    in_use = [
        (line.channel, line.estimate)
        for line in lines
        if line.estimate is not None and line.channel.archived_at is None
    ]
    estimates = [estimate for _, estimate in in_use]
    return ahead_card(
        [counted_ahead(estimates, running=period.running, weeks=weeks) for weeks in WEEKS_AHEAD],
        goals,
        unit=unit,
        today=today,
        without_hours=[channel.name for channel, estimate in in_use if not estimate.hours],
    )


def hour_of(
    team: Team, line: ChannelLine, *, unit: Unit, period: Period, today: date
) -> HourCard | None:
    if line.estimate is None:
        return None
    return hour_card(
        line.estimate,
        read_lately(team=team, current_week=period.running),
        is_archived=line.channel.archived_at is not None,
        running=period.running,
        unit=unit,
        today=today,
    )


def next_hour_of(estimate: Estimate) -> Band | None:
    if estimate.next_hour is None:
        return None
    return Band(estimate.next_hour, estimate.next_hour_low, estimate.next_hour_high)


def next_hour_together(lines: Sequence[ChannelLine]) -> Band | None:
    """One more hour, spread over the channels as the period's hours were."""
    parts = [
        (line.sum.logged_minutes, line.next_hour)
        for line in lines
        if line.next_hour is not None and line.sum.logged_minutes
    ]
    minutes = sum(part for part, _ in parts)
    if not minutes:
        return None
    return sum_of_independent(band.times(part / minutes) for part, band in parts)


def table_of_channels(lines: Sequence[ChannelLine], unit: Unit) -> Table:
    """The channels' lines as numbers; worth in `unit`."""
    return Table(
        columns=(
            Column("channel", "Channel", is_text=True),
            Column("medium", "Medium", is_text=True),
            Column("planned_hours", "Planned", "h", decimals=1),
            Column("logged_hours", "Logged", "h", decimals=1),
            Column("worth", "Came back", unit.name),
            *_columns_of_band("caused", "Caused", unit),
            *_columns_of_band("return_per_hour", "An hour returned", unit),
            *_columns_of_band("next_hour", "The next hour", unit),
            Column("verdict", "Verdict", is_text=True),
            Column("too_early_until", "Too early until"),
            Column("estimated_from", "Estimated from week"),
            Column("estimated_to", "to week"),
            Column("model_version", "Model", is_text=True),
        ),
        rows=tuple(
            (
                line.channel.name,
                line.channel.medium,
                line.sum.planned_minutes / 60,
                line.sum.logged_minutes / 60,
                line.sum.worth,
                *_cells_of_band(line.sum.caused),
                *_cells_of_band(line.sum.return_per_hour),
                *_cells_of_band(line.next_hour),
                line.estimate.verdict if line.estimate else None,
                line.estimate.too_early_until if line.estimate else None,
                line.estimate.first_week if line.estimate else None,
                line.estimate.last_week if line.estimate else None,
                line.estimate.model_version if line.estimate else None,
            )
            for line in lines
        ),
    )


def _columns_of_band(key: str, name: str, unit: Unit) -> tuple[Column, Column, Column]:
    return (
        Column(key, name, unit.name, decimals=1),
        Column(f"{key}_low", "5%", unit.name, decimals=1),
        Column(f"{key}_high", "95%", unit.name, decimals=1),
    )


def _cells_of_band(band: Band | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if band is None else (band.mean, band.low, band.high)
