"""What a team works on, what it counts, and who is in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from tracker.calendar import monday_of
from tracker.models import Channel, Membership, Metric
from tracker.ordering import move
from tracker.planning import archive_channel, planned_by_week
from tracker.recording import wait_for_turn
from tracker.views.base import TeamPage
from tracker.views.channel_forms import ChannelForm, MetricForm


class ChannelsPage(TeamPage):
    """Channels, metrics and people; owners add and order, the others read."""

    template_name = "tracker/channels.html"
    section = "channels"
    nouns: ClassVar = ("channel", "metric")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait_for_turn(self.team)  # a name that is free now must be so at the save
        noun = request.POST.get("noun", "")
        page = reverse("tracker:channels", kwargs={"team": self.team.slug})
        if noun == "channel":
            form: ChannelForm | MetricForm = ChannelForm(request.POST, prefix=noun, team=self.team)
        elif noun == "metric":
            form = MetricForm(request.POST, prefix=noun, team=self.team)
        else:
            raise BadRequest(f"Nothing here is called {noun[:20]!r}")
        if not form.is_valid():
            context = self.get_context_data(refused=noun, **{f"{noun}_form": form})
            return self.render_to_response(context, status=422)
        saved = form.save_on(self.today)
        messages.success(request, f"{saved.name} is added.")
        return redirect(f"{page}#{noun}s")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this_week = monday_of(self.today)
        planned = planned_by_week(team=self.team, first=this_week, last=this_week)
        channels = list(Channel.objects.of_team(self.team))
        context = super().get_context_data(
            channels=[
                (channel, planned.get((channel.pk, this_week)))
                for channel in channels
                if channel.archived_at is None
            ],
            archived=[channel for channel in channels if channel.archived_at is not None],
            metrics=Metric.objects.of_team(self.team),
            people=sorted(
                Membership.objects.filter(team=self.team).select_related("user"),
                key=lambda person: (Membership.Role.values.index(person.role), str(person.user)),
            ),
            **kwargs,
        )
        if self.membership.may_manage:
            context.setdefault("channel_form", ChannelForm(prefix="channel", team=self.team))
            context.setdefault("metric_form", MetricForm(prefix="metric", team=self.team))
        return context


class ChannelPage(TeamPage):
    """One channel: what it is called, where it stands, and whether it is archived."""

    template_name = "tracker/channel.html"
    section = "channels"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.membership.may_manage:
            raise PermissionDenied
        return self.answer(ChannelForm(instance=self.channel(), team=self.team))

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait_for_turn(self.team)  # a name that is free now must be so at the save
        channel = self.channel()
        page = reverse("tracker:channels", kwargs={"team": self.team.slug})
        if "move" in request.POST and channel.archived_at is None:
            move(channel, by=-1 if request.POST["move"] == "up" else 1)
            return redirect(f"{page}#channels")
        if "archive" in request.POST:
            archive_channel(channel=channel, now=self.now)
            messages.success(request, f"{channel.name} is archived; its past stays in the returns.")
            return redirect(f"{page}#channels")
        if "restore" in request.POST:
            channel.archived_at = None
            channel.save(update_fields=["archived_at"])
            messages.success(request, f"{channel.name} is back; its plan has to be written anew.")
            return redirect(f"{page}#channels")
        form = ChannelForm(request.POST, instance=channel, team=self.team)
        if not form.is_valid():
            return self.answer(form, status=422)
        messages.success(request, f"{form.save_on(self.today).name} is saved.")
        return redirect(f"{page}#channels")

    def channel(self) -> Channel:
        return get_object_or_404(
            Channel.objects.of_team(self.team).select_related("team"), pk=self.kwargs["pk"]
        )

    def answer(self, form: ChannelForm, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, channel=form.instance)
        return self.render_to_response(context, status=status)


class MetricPage(TeamPage):
    """One metric: its name, its depth, and what one of it is worth."""

    template_name = "tracker/metric.html"
    section = "channels"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.membership.may_manage:
            raise PermissionDenied
        return self.answer(MetricForm(instance=self.metric(), team=self.team))

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wait_for_turn(self.team)  # a name that is free now must be so at the save
        metric = self.metric()
        page = reverse("tracker:channels", kwargs={"team": self.team.slug})
        if "move" in request.POST:
            move(metric, by=-1 if request.POST["move"] == "up" else 1)
            return redirect(f"{page}#metrics")
        form = MetricForm(request.POST, instance=metric, team=self.team)
        if not form.is_valid():
            return self.answer(form, status=422)
        messages.success(request, f"{form.save_on(self.today).name} is saved.")
        return redirect(f"{page}#metrics")

    def metric(self) -> Metric:
        return get_object_or_404(
            Metric.objects.of_team(self.team).select_related("team"), pk=self.kwargs["pk"]
        )

    def answer(self, form: MetricForm, status: int = 200) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(form=form, metric=form.instance), status=status
        )
