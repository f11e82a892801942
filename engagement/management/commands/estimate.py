"""`manage.py estimate FILE.csv`: what hours caused, from a file alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from engagement.returns.estimate import WEEK, Estimate, History, estimate_many
from engagement.returns.quantiles import Summary
from engagement.returns.verdict import Verdict, bar_without_cost, judge
from engagement.returns.weekly_csv import WeeklyCsvError, read_histories


class Command(BaseCommand):
    help = "Estimate what the hours in a weekly CSV (channel,week,hours,responses,event) caused."
    # It needs no database, so it asks for none.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                histories = read_histories(file)
        except WeeklyCsvError as error:
            raise CommandError(f"{path}: {error}", returncode=2) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: byte {error.start} is not UTF-8", returncode=2) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        estimates = dict(zip(histories, estimate_many(list(histories.values())), strict=True))
        verdicts = judged(estimates)
        if options["json"]:
            answer = {
                name: as_json(histories[name], estimates[name], verdicts[name])
                for name in histories
            }
            self.stdout.write(json.dumps(answer, indent=1))
        else:
            self.stdout.write(table(estimates, verdicts))


def judged(estimates: dict[str, Estimate]) -> dict[str, Verdict]:
    """The file's channels are taken for a team that has not said what an hour costs."""
    seen = [
        estimate
        for estimate in estimates.values()
        if estimate.judgement.verdict not in {Verdict.TOO_EARLY, Verdict.NO_EFFECT_SEEN}
    ]
    bar = bar_without_cost([float(estimate.next_hour.mean) for estimate in seen])
    return {
        name: judge(estimate.evidence, least_return=bar).verdict
        for name, estimate in estimates.items()
    }


def as_json(history: History, estimate: Estimate, verdict: Verdict) -> dict[str, Any]:
    first_ahead = history.first_week + len(history.hours) * WEEK
    return {
        "weeks": len(history.hours),
        "hours": estimate.hours,
        "attributed": quantiles(estimate.attributed),
        "return_per_hour": quantiles(estimate.return_per_hour),
        "next_hour": quantiles(estimate.next_hour),
        "half_life_weeks": number(estimate.half_life_weeks),
        "p_effect": estimate.p_effect,
        "curve": [
            {"hours": float(hours), **quantiles(estimate.curve.at(index), "q05", "q50", "q95")}
            for index, hours in enumerate(estimate.curve_hours)
        ],
        "forecast": [
            {
                "week": (first_ahead + index * WEEK).isoformat(),
                **quantiles(estimate.ahead.at(index)),
            }
            for index in range(len(history.hours_ahead))
        ],
        "verdict": verdict.value,
    }


def quantiles(summary: Summary, *names: str) -> dict[str, float | None]:
    """By name; None where nobody can know, as JSON has no nan."""
    return {
        name: number(float(getattr(summary, name)))
        for name in names or ("mean", "q05", "q50", "q95")
    }


def number(value: float) -> float | None:
    return None if math.isnan(value) else value


def table(estimates: dict[str, Estimate], verdicts: dict[str, Verdict]) -> str:
    lines = [
        f"{'channel':20} {'hours':>8} {'attributed (90%)':>30} {'per hour':>24} "
        f"{'next hour':>24} {'effect':>7}  verdict"
    ]
    for name, e in estimates.items():
        lines.append(
            f"{name:20.20} {e.hours:8.1f} {in_words(e.attributed):>30} "
            f"{in_words(e.return_per_hour):>24} {in_words(e.next_hour):>24} "
            f"{chance(e.p_effect):>7}  {verdicts[name].value}"
        )
    return "\n".join(lines)


def chance(probability: float) -> str:
    """`88%`; never rounded to certainty."""
    return ">99%" if 0.99 < probability < 1 else f"{probability:.0%}"


def in_words(summary: Summary) -> str:
    mean, low, high = (float(x) for x in (summary.mean, summary.q05, summary.q95))
    if math.isnan(mean):
        return "–"
    return f"{mean:,.4g} ({low:,.4g}–{high:,.4g})"
