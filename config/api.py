"""Version 1 of the API: the one router, its document and the page to read it on."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.generic import TemplateView
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from engagement.api.estimates import Estimates, MetricEstimates
from engagement.api.forecasts import ForecastRecord, WeekForecasts
from engagement.api.goals import GoalForecasts
from engagement.api.questions import Reallocations, Starts, WhatIfs
from engagement.api.responses import Responses
from engagement.api.trends import WeeklyTrends
from tracker.api.channels import Channels
from tracker.api.metrics import Metrics
from tracker.api.plans import Allocations, Plans
from tracker.api.teams import Teams
from tracker.api.time_entries import TimeEntries

TEAM = "teams/<slug:team>/"

router = SimpleRouter(use_regex_path=False)
router.register("teams", Teams, basename="team")
router.register(f"{TEAM}channels", Channels, basename="channel")
router.register(f"{TEAM}metrics", Metrics, basename="metric")
router.register(f"{TEAM}plans", Plans, basename="plan")
router.register(f"{TEAM}plans/<int:plan>/allocations", Allocations, basename="allocation")
router.register(f"{TEAM}time-entries", TimeEntries, basename="time-entry")
router.register(f"{TEAM}responses", Responses, basename="response")
router.register(f"{TEAM}trends/weekly", WeeklyTrends, basename="weekly-trend")
router.register(f"{TEAM}forecasts/weekly", WeekForecasts, basename="week-forecast")
router.register(f"{TEAM}forecasts/record", ForecastRecord, basename="forecast-record")
router.register(f"{TEAM}estimates/metrics", MetricEstimates, basename="metric-estimate")
router.register(f"{TEAM}estimates", Estimates, basename="estimate")
router.register(f"{TEAM}goals/forecasts", GoalForecasts, basename="goal-forecast")
router.register(f"{TEAM}what-if", WhatIfs, basename="what-if")
router.register(f"{TEAM}reallocation", Reallocations, basename="reallocation")
router.register(f"{TEAM}start", Starts, basename="start")


class Root(APIView):
    """Where to begin."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        names = {"teams": "team-list", "schema": "schema", "docs": "docs"}
        return Response(
            {key: reverse(f"api:{name}", request=request) for key, name in names.items()}
        )


class NoSuchAddress(APIView):
    """Every other address below the API, so that a program gets its 404 as JSON too."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        hint = "" if request.path.endswith("/") else "; the API's addresses end with a slash"
        raise NotFound(f"there is no such address{hint}")


class Docs(TemplateView):
    """The document as a page, behind sign-in like everything else."""

    template_name = "api/docs.html"


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view(), name="root"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    *router.urls,
    re_path(r"^.+$", NoSuchAddress.as_view(), name="no-such-address"),
]
