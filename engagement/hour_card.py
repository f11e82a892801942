"""What Returns says of one channel's hours: when they tell, what is in the bank, how even they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engagement import amounts
from engagement.amounts import GAP, Unit
from engagement.bands import Band
from engagement.lately import Lately
from engagement.models import Estimate
from engagement.outlook import OtherModelError, effect_of, forecast_of
from engagement.patience import KeptPatience, PatienceRow, patience_in
from engagement.returns.effect import Effect
from engagement.returns.pace import interval_of_pace
from engagement.standing import BeingComputedError, standing_of
from engagement.whatif import ChannelComparison, compared

BANK_WEEKS = 13
HALF, MOST = 0.5, 0.9  # of an hour's effect
SURE = 0.95  # of an effect less sure than this it is said how sure it is
NEVER = "not within two years"


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or two under a heading of a few words."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PatienceLine:
    """Weeks until so many hours a week show; `is_expected` of the hours that lie ahead."""

    hours: str
    weeks: str
    interval: str
    is_expected: bool


@dataclass(frozen=True, slots=True)
class HourCard:
    note: str
    said: tuple[Said, ...]
    patience: tuple[PatienceLine, ...]
    patience_note: str


def hour_card(
    estimate: Estimate,
    lately: Mapping[int, Lately],
    *,
    is_archived: bool,
    running: date,
    unit: Unit,
    today: date,
) -> HourCard:
    """All that is stored in `estimate` of how its channel's hours work, in words."""
    kept = patience_in(estimate)
    said: list[Said] = []
    if estimate.hours:
        said += words_on_pace(estimate)
        if not is_archived:  # nobody follows the weeks of one that is no longer used
            said.append(Said("In the bank", words_on_bank(estimate, lately, running, unit, today)))
        said += words_on_evenness(estimate, unit)
    return HourCard(
        note=note_of(estimate, today),
        said=tuple(said),
        patience=() if kept is None else lines_of(kept, estimate),
        patience_note="" if kept is None else note_of_patience(kept),
    )


def note_of(estimate: Estimate, today: date) -> str:
    model = f"By model {estimate.model_version}"
    if not estimate.weeks:
        return f"{model}; no week is over yet"
    last_day = amounts.day(estimate.last_week + timedelta(days=6), today)
    return f"{model}, from {weeks_in_words(estimate.weeks)} up to {last_day}"


def words_on_pace(estimate: Estimate) -> Iterator[Said]:
    half, most = estimate.half_life_weeks, estimate.ninety_percent_weeks
    if half is None or most is None:
        return
    effect = effect_known(estimate)
    text = (
        f"Half of an hour’s effect comes within {pace(half, effect, HALF)}, nine tenths within "
        f"{pace(most, effect, MOST)}."
    )
    if estimate.p_effect < SURE:
        text += (
            f" This is said of an effect that is there; that there is one has a probability of "
            f"{amounts.percent(estimate.p_effect)}."
        )
    yield Said("When it comes", text)


def effect_known(estimate: Estimate) -> Effect | None:
    """None also where another version of the model drew it."""
    try:
        return effect_of(estimate)
    except OtherModelError:
        return None


def pace(weeks: float, effect: Effect | None, share: float) -> str:
    """`1.1 weeks (0.6–1.8)`."""
    interval = None if effect is None else interval_of_pace(effect, share)
    told = weeks_in_words(weeks)
    if interval is None:
        return told
    low, high = (short(end) for end in interval)
    return told if low == high else f"{told} ({low}–{high})"


def words_on_bank(
    estimate: Estimate, lately: Mapping[int, Lately], running: date, unit: Unit, today: date
) -> str:
    found = bank_of(estimate, lately, running)
    if found is None:
        return "What past hours still bring is being computed anew."
    band = Band(found.brought.bank.mean, found.brought.bank.low, found.brought.bank.high)
    if found.bank_fades is None or not band.high:
        return "If effort stopped today, past hours would bring nothing more."
    by = amounts.day(found.bank_fades + timedelta(days=6), today)
    may_be_nothing = ", or nothing" if not band.low else ""
    return (
        f"If effort stopped today, past hours would still bring {unit.with_interval(band)} in "
        f"{BANK_WEEKS} weeks{may_be_nothing}. On average nine tenths of what is left will have "
        f"come by {by}."
    )


def bank_of(
    estimate: Estimate, lately: Mapping[int, Lately], running: date
) -> ChannelComparison | None:
    """None while the row is of another model or of an earlier week than the worker will make it."""
    try:
        standing = standing_of([estimate], lately, running)
    except BeingComputedError:
        return None
    if standing.planned.shape[1] < BANK_WEEKS:
        return None
    return compared(standing, {}, BANK_WEEKS).channels[0]


def words_on_evenness(estimate: Estimate, unit: Unit) -> Iterator[Said]:
    gain, low, high = (
        estimate.gain_if_even,
        estimate.gain_if_even_low,
        estimate.gain_if_even_high,
    )
    if gain is None or low is None or high is None:
        return
    index = (
        f"The marathon index is {estimate.marathon_index:.2f}, where 1 is even weeks and near 0 a "
        f"single burst."
    )
    hours = f"Spread evenly, the same {amounts.hours(60 * estimate.hours)}"
    more = unit.with_interval(Band(gain, low, high))
    less = unit.with_interval(Band(-gain, -high, -low))
    if low > 0:
        text = f"{hours} would have brought {more} more."
    elif high < 0:
        text = f"{hours} would have brought {less} less."
    elif not low and not high:
        text = f"{hours} would have brought as much."
    else:
        told = f"{more} more" if gain >= 0 else f"{less} less"
        text = f"{hours} might have brought {told}: the interval includes nothing."
    yield Said("Marathon or sprint", f"{index} {text}")


def lines_of(kept: KeptPatience, estimate: Estimate) -> tuple[PatienceLine, ...]:
    ahead = forecast_of(estimate)
    expected = ahead[0].hours if ahead else None
    return tuple(
        PatienceLine(
            hours=amounts.hours(60 * row.hours),
            weeks=NEVER if row.median is None else weeks_in_words(row.median),
            interval=interval_of(row),
            is_expected=row.hours == expected,
        )
        for row in kept.rows
    )


def interval_of(row: PatienceRow) -> str:
    """`2–5 weeks`, `2 weeks or more`; nothing where the middle and the ends are all too far."""
    if row.low is None:
        return ""
    if row.high is None:
        return f"{weeks_in_words(row.low)} or more"
    if row.low == row.high:
        return weeks_in_words(row.low)
    return f"{row.low}–{row.high}{GAP}weeks"


def note_of_patience(kept: KeptPatience) -> str:
    if kept.from_prior:
        return "No hour was spent here yet: this is what is usual of its kind, and no data."
    return (
        "Until a new steady effort can be told from noise, four times in five. Expected: as "
        "planned, or as lately where no plan speaks."
    )


def weeks_in_words(weeks: float) -> str:
    told = short(weeks)
    return f"{told}{GAP}week" if told == "1" else f"{told}{GAP}weeks"


def short(weeks: float) -> str:
    return f"{weeks:.1f}".removesuffix(".0")
