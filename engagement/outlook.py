"""
How an answer of the model is kept in a row, and read from one again.

Numbers in lists are kept to six significant digits, which is more than anybody knows and the
same on every database. Whatever is empty nobody can know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, SupportsFloat

import numpy as np
import numpy.typing as npt

from engagement.models import Estimate, MetricEstimate
from engagement.returns import estimate as returns
from engagement.returns.effect import Effect
from engagement.returns.quantiles import Summary
from tracker.calendar import WEEK

FloatArray = npt.NDArray[np.float64]


class OtherModelError(Exception):
    """Draws were kept that only another version of the model can read."""


@dataclass(frozen=True, slots=True)
class Band:
    """A quantity with its 5%, 50% and 95% quantiles."""

    mean: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What steady `hours` a week bring a week in the long run."""

    hours: float
    brought: Band


@dataclass(frozen=True, slots=True)
class BankWeek:
    """What past hours still bring in `week` (a Monday) if none follows."""

    week: date
    left: Band


@dataclass(frozen=True, slots=True)
class ForecastWeek:
    """What will be counted in `week` (a Monday) under the plan, noise included."""

    week: date
    hours: float  # as planned
    counted: Band
    total_mean: float  # of all that will be counted from the first forecast week on
    total_variance: float


def fields_of(answer: returns.Estimate, history: returns.History) -> dict[str, Any]:
    """
    All that `answer` on `history` says, by the fields of `Estimated`, patience left out.

    The verdict is the answer's own; who knows more may say otherwise.
    """
    evidence = answer.evidence
    weeks = len(history.hours)
    fields: dict[str, Any] = {
        "model_version": answer.model_version,
        "first_week": history.first_week,
        # Before the first week is over, it is all that there is to name.
        "last_week": history.first_week + max(weeks - 1, 0) * WEEK,
        "weeks": weeks,
        "hours": answer.hours,
        "p_effect": answer.p_effect,
        "half_life_weeks": known(answer.half_life_weeks),
        "ninety_percent_weeks": known(answer.ninety_percent_weeks),
        "marathon_index": answer.marathon_index,
        "hours_rising": evidence.hours_rising,
        "p_flattening": evidence.p_flattening,
        "verdict": str(answer.judgement.verdict),
        "too_early_until": answer.judgement.too_early_until,
    }
    gain = answer.gain_if_even if answer.effect else None
    fields |= interval("attributed", answer.attributed)
    fields |= interval("return_per_hour", answer.return_per_hour)
    fields |= interval("next_hour", answer.next_hour)
    fields |= interval("gain_if_even", gain)
    return fields | lists_of(answer, history)


def lists_of(answer: returns.Estimate, history: returns.History) -> dict[str, Any]:
    """The fields that are kept as lists, and the draws; all empty where there were no hours."""
    if answer.effect is None:
        return {"kernel": [], "curve": [], "bank": [], "forecast": [], "effect": {}}
    return {
        "kernel": [] if np.isnan(answer.kernel).any() else shortened(answer.kernel),
        "curve": [
            {"hours": short(hours), **band_at(answer.curve, index)}
            for index, hours in enumerate(answer.curve_hours)
        ],
        "bank": [
            {"week": week_ahead(answer, index), **band_at(answer.bank, index)}
            for index in range(len(answer.bank.mean))
        ],
        "forecast": [
            {
                "week": week_ahead(answer, index),
                "hours": short(hours),
                **band_at(answer.ahead, index),
                "total_mean": short(answer.total_ahead_mean[index]),
                "total_variance": short(answer.total_ahead_variance[index]),
            }
            for index, hours in enumerate(history.hours_ahead)
        ],
        "effect": {
            "typical": short(answer.effect.typical),
            "kernel": answer.effect.kernel.tolist(),
            "shape": answer.effect.shape.tolist(),
            "amount": shortened(answer.effect.amount),
        },
    }


def week_ahead(answer: returns.Estimate, index: int) -> str:
    return (answer.evidence.as_of + index * WEEK).isoformat()


def interval(name: str, summary: Summary | None) -> dict[str, float | None]:
    """The fields in which a quantity is kept: its mean, and its 5% and 95% quantiles."""
    if summary is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {
        name: known(summary.mean),
        f"{name}_low": known(summary.q05),
        f"{name}_high": known(summary.q95),
    }


def known(value: SupportsFloat) -> float | None:
    """A number as the database keeps it; nan is what nobody can know."""
    number = float(value)
    return None if math.isnan(number) else number


def band_at(summary: Summary, index: int) -> dict[str, float]:
    return {
        "mean": short(summary.mean[index]),
        "low": short(summary.q05[index]),
        "median": short(summary.q50[index]),
        "high": short(summary.q95[index]),
    }


def short(value: SupportsFloat) -> float:
    return float(f"{float(value):.6g}")


def shortened(values: FloatArray) -> list[float]:
    return [short(value) for value in values]


def kernel_of(row: Estimate | MetricEstimate) -> tuple[float, ...]:
    """Share of an hour's effect by week after it, from its own week on; empty if unknown."""
    return tuple(float(share) for share in row.kernel)


def curve_of(row: Estimate | MetricEstimate) -> tuple[CurvePoint, ...]:
    """From no hours to twice the hours of the last weeks; empty without hours."""
    return tuple(CurvePoint(float(point["hours"]), band_in(point)) for point in row.curve)


def bank_of(row: Estimate | MetricEstimate) -> tuple[BankWeek, ...]:
    """By week after the last one that was estimated from; empty without hours."""
    return tuple(BankWeek(date.fromisoformat(item["week"]), band_in(item)) for item in row.bank)


def forecast_of(row: Estimate | MetricEstimate) -> tuple[ForecastWeek, ...]:
    """By week after the last one that was estimated from; empty without hours."""
    return tuple(
        ForecastWeek(
            week=date.fromisoformat(item["week"]),
            hours=float(item["hours"]),
            counted=band_in(item),
            total_mean=float(item["total_mean"]),
            total_variance=float(item["total_variance"]),
        )
        for item in row.forecast
    )


def effect_of(row: Estimate | MetricEstimate) -> Effect | None:
    """
    The draws of what hours bring; None without hours.

    Raises OtherModelError where they come from another version of the model: the worker computes
    such a row anew, so this passes.
    """
    if not row.effect:
        return None
    if row.model_version != returns.MODEL_VERSION:
        raise OtherModelError(
            f"the draws kept for channel {row.channel_id} are of model {row.model_version}, "
            f"which {returns.MODEL_VERSION} can't read; they are being computed anew"
        )
    return Effect(
        typical=float(row.effect["typical"]),
        kernel=np.array(row.effect["kernel"], dtype=np.intp),
        shape=np.array(row.effect["shape"], dtype=np.intp),
        amount=np.array(row.effect["amount"], dtype=np.float64),
    )


def band_in(item: dict[str, Any]) -> Band:
    return Band(float(item["mean"]), float(item["low"]), float(item["median"]), float(item["high"]))
