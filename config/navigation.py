"""What the frame around every page needs to know."""

from __future__ import annotations

from django.http import HttpRequest

from tracker.models import Team
from tracker.models.team import TeamQuerySet


def teams(request: HttpRequest) -> dict[str, TeamQuerySet]:
    """
    Context processor: `teams`, those of the reader by name, for the menu at the top right.

    The query runs when a template walks through it, once a page.
    """
    # A request that failed before authentication has no user; its error page has no menu.
    user = getattr(request, "user", None)
    visible = Team.objects.none() if user is None else Team.objects.visible_to(user)
    return {"teams": visible.order_by("name")}
