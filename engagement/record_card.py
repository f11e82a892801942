"""What Returns shows of the record: how well our forecasts held, as a chart, a table and words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engagement import amounts
from engagement.amounts import Unit
from engagement.captions import WEEKS_TO_COMPARE
from engagement.models import WeekForecast
from engagement.record import KeptRecord, kept_record, scores_of
from engagement.returns.scoring import Comparison, Record
from engagement.tables import Cell, Column, Table
from tracker.calendar import mondays

# The headline says that fewer held than should have where less than this share did ...
TOO_FEW = 0.86
# ... of so many at least: of a few, chance alone may leave out that many.
ENOUGH_TO_TELL = 20
LIKE = 0.05  # a score this near to the naive one, by share, is about as good
# Of several channels a week is drawn by its place in its interval: 0 is the low end, 1 the high.
FARTHEST = (-1.0, 2.0)  # what lies farther off is drawn at the edge


@dataclass(frozen=True, slots=True)
class Dot:
    """One channel's week: what came, against what was forecast."""

    week: date
    channel: str
    at: float  # where it is drawn: in worth, or by its place where there are several channels
    counted: float
    low: float
    high: float
    in_hindsight: bool

    @property
    def miss(self) -> int:
        """-1 below the interval, 1 above it, 0 within."""
        return (self.counted > self.high) - (self.counted < self.low)


@dataclass(frozen=True, slots=True)
class RecordCard:
    """Weeks from the first to the last that is scored; a week without a forecast is None."""

    title: str
    subtitle: str
    description: str
    unit: Unit
    weeks: tuple[date, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    dots: tuple[Dot, ...]
    by_place: bool
    table: Table

    @property
    def series(self) -> dict[str, Any]:
        """What the chart's module draws, as JSON takes it."""
        names = sorted({dot.channel for dot in self.dots})
        week_at = {week: index for index, week in enumerate(self.weeks)}
        return {
            "description": self.description,
            "unit": {"prefix": self.unit.prefix, "suffix": self.unit.suffix},
            "weeks": self.weeks,
            "running": None,
            "events": [],
            "low": self.low,
            "high": self.high,
            "by_place": self.by_place,
            "channels": names,
            # Short, for there are many: week, channel, place, count, low, high, miss, hindsight.
            "dots": [
                [
                    week_at[dot.week],
                    names.index(dot.channel),
                    *(round(number, 2) for number in (dot.at, dot.counted, dot.low, dot.high)),
                    dot.miss,
                    int(dot.in_hindsight),
                ]
                for dot in self.dots
            ],
        }


def record_card(
    kept: KeptRecord, *, channels: Mapping[int, str], unit: Unit, today: date
) -> RecordCard | None:
    """None before a forecast is scored; `channels` are names by id, of at least those in `kept`."""
    rows = kept.rows
    if not rows:
        return None
    by_place = len({row.channel_id for row in rows}) > 1
    weeks = tuple(mondays(rows[0].week, rows[-1].week))
    of_week = {row.week: row for row in rows}
    known = [of_week.get(week) for week in weeks]
    return RecordCard(
        title=title_of(kept.record, several=by_place),
        subtitle=subtitle_of(kept, by_place=by_place),
        description=description_of(kept, by_place=by_place, today=today),
        unit=unit,
        weeks=weeks,
        low=tuple(0.0 if by_place else None if row is None else round(row.low, 2) for row in known),
        high=tuple(
            1.0 if by_place else None if row is None else round(row.high, 2) for row in known
        ),
        dots=tuple(dot_of(row, channels[row.channel_id], by_place=by_place) for row in rows),
        by_place=by_place,
        table=table_of_weeks(rows, unit) if by_place else table_of_channel(rows, unit),
    )


def dot_of(row: WeekForecast, channel: str, *, by_place: bool) -> Dot:
    counted = row.counted or 0.0
    return Dot(
        week=row.week,
        channel=channel,
        at=place_of(counted, row.low, row.high) if by_place else counted,
        counted=counted,
        low=row.low,
        high=row.high,
        in_hindsight=row.in_hindsight,
    )


def place_of(counted: float, low: float, high: float) -> float:
    """0 at the low end and 1 at the high; an interval without width has its place in the middle."""
    least, most = FARTHEST
    if low <= counted <= high:
        return (counted - low) / (high - low) if high > low else 0.5
    if high > low:
        return min(max((counted - low) / (high - low), least), most)
    return most if counted > high else least


def title_of(record: Record, *, several: bool) -> str:
    held = (
        f"{record.hits} of {record.weeks} weekly forecasts held"
        if several
        else f"The forecast held in {record.hits} of {record.weeks} {'week' if record.weeks == 1 else 'weeks'}"
    )
    if record.weeks >= ENOUGH_TO_TELL and record.hits < TOO_FEW * record.weeks:
        held += f", {round(0.9 * record.weeks)} should have"
    rival, other = by_strength(record)
    against = words_against(rival[0])
    if not against:
        rival, against = other, words_against(other[0])
    return f"{held}; {against} “{rival[1]}”" if against else held


def by_strength(record: Record) -> list[tuple[Comparison, str]]:
    """The naive forecasts, the harder to beat first: a headline names no easier one."""
    rivals = [(record.last_weeks, "same as last 4 weeks"), (record.last_year, "same as a year ago")]
    return sorted(rivals, key=lambda rival: -(rival[0].ratio or 0.0))


def subtitle_of(kept: KeptRecord, *, by_place: bool) -> str:
    said = [
        "A dot is one channel’s week, the band its 90% forecast; nine of ten should lie in it."
        if by_place
        else "A dot is a week, the band its 90% forecast; nine of ten should lie in it."
    ]
    if kept.in_hindsight:
        which = "All" if kept.in_hindsight == kept.record.weeks else f"{kept.in_hindsight} of"
        said.append(f"{which} {kept.record.weeks} were made in hindsight: they are hollow.")
    stronger, (rival, name) = by_strength(kept.record)
    against = words_against(rival)
    if against and words_against(stronger[0]):
        said.append(f"{against.capitalize()} “{name}” in the {rival.weeks} that have one.")
    return " ".join(said)


def words_against(rival: Comparison) -> str:
    """`40% closer than`, by the mean interval score; nothing where too few weeks tell."""
    if rival.weeks < WEEKS_TO_COMPARE or rival.ratio is None:
        return ""
    if rival.ratio < 1 - LIKE:
        return f"{amounts.percent(1 - rival.ratio)} closer than"
    if rival.ratio > 1 + LIKE:
        return f"{amounts.percent(rival.ratio - 1)} wider of the mark than"
    return "about as close as"


def description_of(kept: KeptRecord, *, by_place: bool, today: date) -> str:
    """For those who hear the chart: what is drawn, and on which side it was missed."""
    first, last = kept.rows[0].week, kept.rows[-1].week
    span = f"weeks of {amounts.day(first, today)} to {amounts.day(last, today)}"
    above = sum(row.counted is not None and row.counted > row.high for row in kept.rows)
    below = kept.record.weeks - kept.record.hits - above
    drawn = (
        "Dots by their place in their forecast intervals"
        if by_place
        else "Dots of what came, over the band of what was forecast"
    )
    return (
        f"{drawn}, {span}. {kept.record.hits} of {kept.record.weeks} lie within; triangles mark "
        f"{above} above and {below} below. The same numbers stand in the table below."
    )


def table_of_channel(rows: Sequence[WeekForecast], unit: Unit) -> Table:
    """One channel's weeks; scores in worth, less is better."""

    def cells(row: WeekForecast) -> tuple[Cell, ...]:
        scores = scores_of(row)
        return (
            row.week,
            row.hours,
            row.mean,
            row.low,
            row.high,
            row.counted,
            None if scores is None else "held" if scores.hit else "missed",
            None if scores is None else scores.interval_score,
            None if scores is None else scores.last_weeks_score,
            None if scores is None else scores.last_year_score,
            "in hindsight" if row.in_hindsight else "in time",
        )

    return Table(
        columns=(
            Column("week", "Week of"),
            Column("planned_hours", "Planned", "h", decimals=1),
            Column("forecast", "Forecast", unit.name, decimals=1),
            Column("low", "5%", unit.name, decimals=1),
            Column("high", "95%", unit.name, decimals=1),
            Column("counted", "Came back", unit.name, decimals=1),
            Column("state", "Forecast", is_text=True),
            *columns_of_scores(unit),
            Column("made", "Made", is_text=True),
        ),
        rows=tuple(cells(row) for row in rows),
    )


def table_of_weeks(rows: Sequence[WeekForecast], unit: Unit) -> Table:
    """Several channels together, week by week; scores are means, and less is better."""
    by_week: dict[date, list[WeekForecast]] = defaultdict(list)
    for row in rows:
        by_week[row.week].append(row)
    kept = [(week, kept_record(None, of_week)) for week, of_week in by_week.items()]
    return Table(
        columns=(
            Column("week", "Week of"),
            Column("forecasts", "Forecasts"),
            Column("held", "Held"),
            Column("in_hindsight", "In hindsight"),
            *columns_of_scores(unit),
        ),
        rows=tuple(
            (
                week,
                told.record.weeks,
                told.record.hits,
                told.in_hindsight,
                told.record.score,
                told.record.last_weeks.naive_score,
                told.record.last_year.naive_score,
            )
            for week, told in kept
        ),
    )


def columns_of_scores(unit: Unit) -> tuple[Column, Column, Column]:
    return (
        Column("score", "Score", unit.name, decimals=1),
        Column("last_weeks_score", "Same as last 4 weeks", unit.name, decimals=1),
        Column("last_year_score", "Same as a year ago", unit.name, decimals=1),
    )
