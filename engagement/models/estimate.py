"""
What the hours caused and what may come of them, as the worker computed it.

`engagement.trends` has them written, all in one transaction: by `estimates`, `goals` and
`record`, each of which writes its own alone. Each row says which model it comes from; those of
an older model are computed anew.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tracker.models import Channel, Goal, Metric
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class Estimated(TeamOwned):
    """
    The answer of the model on one channel; amounts in worth, or in counts of one metric.

    `…_low` and `…_high` are the 5% and 95% quantiles. What is empty nobody can know, for there
    were no hours. The lists are read through `engagement.outlook`.
    """

    class Verdict(models.TextChoices):
        TOO_EARLY = "too_early", "Too early to tell"
        NO_EFFECT_SEEN = "no_effect_seen", "No effect seen"
        TIME_SUCK = "time_suck", "Time suck"
        FLATTENING = "flattening", "Flattening"
        PAYS_BACK = "pays_back", "Pays back"

    model_version = models.CharField(max_length=20, help_text="Which model computed it.")
    first_week = models.DateField()
    last_week = models.DateField()
    weeks = models.PositiveIntegerField()
    hours = models.FloatField()
    attributed = models.FloatField()
    attributed_low = models.FloatField(help_text="5% quantile.")
    attributed_high = models.FloatField(help_text="95% quantile.")
    return_per_hour = models.FloatField(null=True)
    return_per_hour_low = models.FloatField(null=True)
    return_per_hour_high = models.FloatField(null=True)
    next_hour = models.FloatField(null=True)
    next_hour_low = models.FloatField(null=True)
    next_hour_high = models.FloatField(null=True)
    p_effect = models.FloatField(default=0, help_text="Probability that there is any effect.")
    half_life_weeks = models.FloatField(
        null=True, help_text="Weeks until half of an hour's effect has come."
    )
    ninety_percent_weeks = models.FloatField(
        null=True, help_text="Weeks until 90% of an hour's effect has come."
    )
    marathon_index = models.FloatField(
        default=0, help_text="1 for even weeks, near 0 for a single burst; 0 without hours."
    )
    gain_if_even = models.FloatField(
        null=True, help_text="What the same hours, spread evenly, would have brought more."
    )
    gain_if_even_low = models.FloatField(null=True)
    gain_if_even_high = models.FloatField(null=True)
    hours_rising = models.BooleanField(
        default=False, help_text="Whether the last 13 weeks took more hours than the 13 before."
    )
    p_flattening = models.FloatField(
        default=0,
        help_text="Probability that the next hour returns under half of the average hour.",
    )
    kernel = models.JSONField(
        default=list, help_text="Share of an hour's effect by week after it, from its own week on."
    )
    curve = models.JSONField(
        default=list, help_text="What steady hours a week bring a week in the long run."
    )
    bank = models.JSONField(
        default=list, help_text="What past hours still bring, by week, if none follows."
    )
    forecast = models.JSONField(
        default=list, help_text="What will be counted under the plan, by week."
    )
    patience = models.JSONField(
        default=dict, help_text="Weeks until an effect shows, by hours a week."
    )
    effect = models.JSONField(default=dict, help_text="Draws of what hours bring; see returns.")
    verdict = models.CharField(max_length=14, choices=Verdict)
    too_early_until = models.DateField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(attributed_low__lte=F("attributed_high")),
                name="%(class)s_interval_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=(
                        "too_early",
                        "no_effect_seen",
                        "time_suck",
                        "flattening",
                        "pays_back",
                    )
                ),
                name="%(class)s_verdict_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.verdict}"  # type: ignore[attr-defined]  # of each child


class Estimate(Estimated):
    """What a channel's hours caused, over all its weeks; all amounts in worth."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="estimate")

    objects = TeamOwnedQuerySet["Estimate"].as_manager()

    class Meta(Estimated.Meta):
        pass


class MetricEstimate(Estimated):
    """The same of one metric that a goal names, in counts; no hour has a cost in counts."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="metric_estimates")
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="estimates")

    objects = TeamOwnedQuerySet["MetricEstimate"].as_manager()

    class Meta(Estimated.Meta):
        constraints = (
            *Estimated.Meta.constraints,
            models.UniqueConstraint(fields=("channel", "metric"), name="metric_estimate_once"),
        )


class GoalForecast(TeamOwned):
    """When a goal will be reached under the plan, if the forecasts of its channels hold."""

    goal = models.OneToOneField(Goal, on_delete=models.CASCADE, related_name="forecast")
    model_version = models.CharField(max_length=20)
    last_week = models.DateField(help_text="The last week (its Monday) of which counts are known.")
    counted = models.IntegerField(help_text="Since counting began, up to the last week's end.")
    p_by_due = models.FloatField(help_text="Probability that it is reached by its day.")
    reached_early = models.DateField(
        null=True, help_text="The week in which it is reached with a probability of 5%."
    )
    reached = models.DateField(null=True, help_text="… of 50%; empty: not as far as is forecast.")
    reached_late = models.DateField(null=True, help_text="… of 95%.")
    patience = models.JSONField(
        default=list, help_text="The same three weeks, by channel and hours a week on it."
    )
    computed_at = models.DateTimeField()

    objects = TeamOwnedQuerySet["GoalForecast"].as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(p_by_due__range=(0, 1)), name="goal_forecast_is_a_probability"
            ),
        )

    def __str__(self) -> str:
        return f"{self.goal}: {self.p_by_due:.0%}"


class WeekForecast(TeamOwned):
    """
    What one channel's week was expected to bring, in worth, and what it brought.

    Made from the weeks before it, and kept as it stood when the week ended: triggers refuse to
    alter it then, but for `counted`, unless it was made in hindsight. Low and high are the 5%
    and 95% quantiles; the naive ones are the intervals to be better than.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="week_forecasts")
    week = models.DateField(help_text="Its Monday.")
    hours = models.FloatField(help_text="As planned when the forecast was made.")
    mean = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    last_weeks_low = models.FloatField(null=True, help_text="Same as the last 4 weeks.")
    last_weeks_high = models.FloatField(null=True)
    last_year_low = models.FloatField(null=True, help_text="Same as the week a year ago.")
    last_year_high = models.FloatField(null=True)
    worths = models.JSONField(
        default=dict,
        help_text="What one of each metric was worth when the forecast was made, by metric id.",
    )
    in_hindsight = models.BooleanField(
        help_text="Made after the week was over, from what is known now of the weeks before it."
    )
    model_version = models.CharField(max_length=20)
    made_at = models.DateTimeField()
    counted = models.FloatField(
        null=True,
        help_text="What the week brought, in the same worths; empty until that is known.",
    )

    objects = TeamOwnedQuerySet["WeekForecast"].as_manager()

    class Meta:
        ordering = ("week", "channel_id")
        constraints = (
            models.UniqueConstraint(fields=("channel", "week"), name="week_forecast_once"),
            models.CheckConstraint(
                condition=Q(week__iso_week_day=1), name="week_forecast_of_a_monday"
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("high")), name="week_forecast_interval_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel}, week of {self.week}"
