"""Founding a team."""

from __future__ import annotations

import zoneinfo
from typing import cast

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tracker.founding import found_team
from tracker.models import Team, User


class TeamForm(forms.Form):
    """What a team must say about itself before it can begin."""

    name = forms.CharField(
        label="Name",
        max_length=Team._meta.get_field("name").max_length,
        help_text="As you call it.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        initial="UTC",
        choices=lambda: [(name, name) for name in sorted(zoneinfo.available_timezones())],
        help_text="Where the team works: it decides which day an hour belongs to.",
    )
    currency = forms.CharField(
        label="Currency",
        required=False,
        max_length=3,
        validators=[RegexValidator(r"^[A-Za-z]{3}$", "Three letters, such as EUR.")],
        help_text="Such as EUR, if you judge responses in money. Empty: in points.",
    )
    hour_cost = forms.DecimalField(
        label="Cost of an hour",
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text="What an hour of work costs you, in the same unit.",
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: HttpRequest) -> HttpResponse:
    """Whoever founds a team owns it, and goes on to its channels."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request,
            "tracker/team_new.html",
            {"form": form},
            status=422 if form.is_bound else 200,
        )
    team = found_team(
        name=form.cleaned_data["name"],
        owner=cast("User", request.user),
        time_zone=form.cleaned_data["time_zone"],
        currency=form.cleaned_data["currency"],
        hour_cost=form.cleaned_data["hour_cost"],
    )
    messages.success(request, f"{team.name} is founded. Now add the channels it works on.")
    return redirect("tracker:channels", team.slug)
