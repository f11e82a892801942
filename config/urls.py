"""Every address of the product, grouped by noun."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import views
from config.health import health
from tracker.views.team import new_team

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz/", health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("teams/new/", new_team, name="team-new"),
    path("t/<slug:team>/", include("tracker.urls")),
    path("t/<slug:team>/", include("engagement.urls")),
    path("api/v1/", include("config.api")),
    path("accounts/", include("allauth.account.urls")),
    path("operators/", admin.site.urls),
]
