"""What every form about a team's data shares: its choices come from that team alone."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from tracker import durations
from tracker.calendar import WEEK, monday_of
from tracker.models import Team
from tracker.models.team import TeamOwnedQuerySet
from tracker.planning import MINUTES_PER_WEEK

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm  # takes no parameter at run time

LONGEST_TEXT = 20


def day_input() -> forms.DateInput:
    """A date as browsers ask for it; they take the ISO form only."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TeamOwnedForm(ModelForm):
    """A form for a row of `team`; related rows can be chosen from that team only."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        self.instance.team = team
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                queryset = field.queryset
                if not isinstance(queryset, TeamOwnedQuerySet):
                    raise TypeError(f"{field.label}: the choices belong to no team")
                field.queryset = queryset.of_team(team)
                if field.required:
                    field.empty_label = "Choose …"
            elif isinstance(field, forms.TypedChoiceField):
                rest = list(field.widget.choices)[1:]
                field.choices = [("", "Choose …"), *rest]


class WeeklyHoursField(forms.CharField):
    """Minutes a week, typed as the time sheet takes them: `2`, `1.5`, `1:30`, `90m`."""

    def to_python(self, value: Any) -> Any:
        text = " ".join((super().to_python(value) or "").lower().split())
        if not text:
            return None
        minutes = durations.exact_minutes(text) if len(text) <= LONGEST_TEXT else None
        if minutes is None:
            raise ValidationError("Hours such as 2, 1.5 or 1:30, or minutes such as 90m.")
        if minutes > MINUTES_PER_WEEK:
            raise ValidationError("A week has only 168 hours.")
        return int(minutes.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def week_choices(first: date, number: int) -> list[tuple[str, str]]:
    """The weeks from that of `first` on, by their Mondays: ("2026-11-23", "Week 48, from 23 Nov …")."""
    weeks = [monday_of(first) + n * WEEK for n in range(number)]
    return [
        (week.isoformat(), f"Week {week.isocalendar().week}, from {week.day} {week:%b %Y}")
        for week in weeks
    ]
