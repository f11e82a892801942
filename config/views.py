"""The pages of the frame itself: the front door, and what robots are told."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tracker.models import Team


@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:
    """To the current week of the reader's first team, or to the founding of one."""
    slug = (
        Team.objects.visible_to(request.user)
        .order_by("name")
        .values_list("slug", flat=True)
        .first()
    )
    return redirect("team-new") if slug is None else redirect("tracker:week", slug)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
