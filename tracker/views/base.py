"""The one door to a team's pages: who may come in, and who may change something."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from tracker.models import Membership, Team

Right = Literal["log", "manage"]


class TeamPage(TemplateView):
    """A page of one team. A stranger gets 404; a write without the right to it gets 403.

    `self.team`, `self.membership`, `self.now` (aware) and `self.today` (where the team works)
    are there before a handler runs; the clock is read here and nowhere below.
    """

    section: ClassVar[str] = ""  # which entry of the navigation is the current one
    write_right: ClassVar[Right] = "manage"  # what every method but GET needs

    team: Team
    membership: Membership
    now: datetime
    today: date

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.membership = get_object_or_404(
            Membership.objects.select_related("team", "user"),
            user=request.user,
            team__slug=kwargs["team"],
        )
        self.team = self.membership.team
        self.now = timezone.now()
        self.today = self.team.day_at(self.now)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not self.may(self.write_right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may(self, right: Right) -> bool:
        if right == "log":
            return self.membership.may_log
        return self.membership.may_manage

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "section": self.section,
                **kwargs,
                # Last, because TemplateView hands on what the address says: there, `team` is a slug.
                "team": self.team,
                "membership": self.membership,
                "today": self.today,
            }
        )
