"""The forms of what a team works on and what it counts."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max

from tracker.models import Channel, Metric
from tracker.models.channel import ChannelQuerySet
from tracker.models.metric import MetricQuerySet
from tracker.ordering import LAST_POSITION
from tracker.planning import save_channel, save_metric
from tracker.templatetags.amounts import plain
from tracker.views.forms import TeamOwnedForm


class ChannelForm(TeamOwnedForm):
    """A channel, placed after those that are there."""

    class Meta:
        model = Channel
        fields = ("name", "kind", "medium")
        help_texts: ClassVar = {"name": "As the team calls it."}

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Channel.objects.of_team(self.team).named(name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"There is a channel called {name} already.")
        return name

    def save_on(self, today: date) -> Channel:
        channel: Channel = super().save(commit=False)
        if channel._state.adding:
            channel.position = next_position(Channel.objects.of_team(self.team))
        return save_channel(channel=channel, today=today)


class MetricForm(TeamOwnedForm):
    """A metric; a changed worth changes every return."""

    worth = forms.DecimalField(
        label="Worth of one", min_value=0, max_digits=10, decimal_places=4, initial=0
    )

    class Meta:
        model = Metric
        fields = ("name", "depth", "worth")
        help_texts: ClassVar = {"name": "As you count it: comments, leads, sign-ups."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["worth"] = plain(self.instance.worth)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Metric.objects.of_team(self.team).named(name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"There is a metric called {name} already.")
        return name

    def save_on(self, today: date) -> Metric:
        metric: Metric = super().save(commit=False)
        if metric._state.adding:
            metric.position = next_position(Metric.objects.of_team(self.team))
        return save_metric(metric=metric, today=today)


def next_position(rows: ChannelQuerySet | MetricQuerySet) -> int:
    """The place after the last row, or beside it where the places end."""
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, LAST_POSITION)
