"""
How long until an effort shows, by hours a week: from the estimate, or from the channel's kind.

What is said here of kinds is judgement and no data: how soon what people do there is answered.
It stands in for an estimate as long as nobody has spent an hour on the channel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from engagement.models import Estimate
from engagement.returns import estimate as returns
from engagement.returns.patience import Patience, levels_with, patience, prior_effect
from tracker.models import Channel

HOURS_A_WEEK = (2, 4, 8, 16, 32)

# Mean weeks from an hour to its effect, as experience has it. A post in a stream is read within
# a day and then gone; on the larger pages and in a mailbox it is answered for a week or two; what
# is found by searching, and trust between people, takes a month or two.
AT_ONCE, WITHIN_WEEKS, SLOWLY = 0.4, 1.2, 5.0
MEAN_LAG_WEEKS: dict[str, float] = {
    Channel.Kind.BLUESKY: AT_ONCE,
    Channel.Kind.MASTODON: AT_ONCE,
    Channel.Kind.REDDIT: AT_ONCE,
    Channel.Kind.TIKTOK: AT_ONCE,
    Channel.Kind.X: AT_ONCE,
    Channel.Kind.FACEBOOK: WITHIN_WEEKS,
    Channel.Kind.INSTAGRAM: WITHIN_WEEKS,
    Channel.Kind.LINKEDIN: WITHIN_WEEKS,
    Channel.Kind.NEWSLETTER: WITHIN_WEEKS,
    Channel.Kind.OTHER: WITHIN_WEEKS,
    Channel.Kind.BLOG: SLOWLY,
    Channel.Kind.COMMUNITY: SLOWLY,
    Channel.Kind.CONFERENCE: SLOWLY,
    Channel.Kind.LETTER: SLOWLY,
    Channel.Kind.MEETUP: SLOWLY,
    Channel.Kind.PHONE: SLOWLY,
    Channel.Kind.PODCAST: SLOWLY,
    Channel.Kind.YOUTUBE: SLOWLY,
}
# The week in which the prior's share is reached, and how weeks scatter about it: of one week's
# responses. Judgement as well; the channels that this was built with lie between 0.1 and 0.4.
TYPICAL_HOURS = 4.0
USUAL_NOISE = 0.28
USUAL_DRIFT = 0.01


@dataclass(frozen=True, slots=True)
class PatienceRow:
    """Whole weeks until `hours` a week show; None: not within two years."""

    hours: float
    low: int | None
    median: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class KeptPatience:
    """What is stored of a channel, by rising hours."""

    from_prior: bool
    rows: tuple[PatienceRow, ...]


def patience_in(estimate: Estimate) -> KeptPatience | None:
    """As `patience_of` had it stored; None of a row in which none is kept."""
    kept = estimate.patience
    if not kept:
        return None
    return KeptPatience(
        from_prior=kept["from_prior"], rows=tuple(PatienceRow(**row) for row in kept["rows"])
    )


def patience_of(
    *, kind: str, answer: returns.Estimate | None, planned_hours: float | None
) -> dict[str, Any]:
    """
    Weeks until a new steady effort shows, at HOURS_A_WEEK and at the plan's own hours a week.

    As it is stored: `{"from_prior": …, "rows": [{"hours", "low", "median", "high"}, …]}`, where
    null is "not within two years". `from_prior` is true of a channel without hours so far; it
    has then nothing but its kind's prior, and none of its numbers are data.
    """
    levels = levels_with(HOURS_A_WEEK, planned_hours)
    if answer is None or answer.effect is None:
        effect = prior_effect(mean_lag=MEAN_LAG_WEEKS[kind], typical=TYPICAL_HOURS)
        found = patience(effect, levels, noise=USUAL_NOISE, drift=USUAL_DRIFT)
    else:
        found = patience(answer.effect, levels, noise=answer.noise, drift=answer.drift)
    return {
        "from_prior": answer is None or answer.effect is None,
        "rows": [row(float(hours), found, index) for index, hours in enumerate(levels)],
    }


def row(hours: float, found: Patience, index: int) -> dict[str, float | int | None]:
    return {
        "hours": int(hours) if hours.is_integer() else hours,
        "low": whole_weeks(found.low[index]),
        "median": whole_weeks(found.median[index]),
        "high": whole_weeks(found.high[index]),
    }


def whole_weeks(weeks: float) -> int | None:
    return int(weeks) if math.isfinite(weeks) else None
