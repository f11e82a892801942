"""Addresses of tracker's pages, below `/t/<team>/`."""

from django.urls import URLPattern, URLResolver, path

from tracker.views.week import WeekPage

app_name = "tracker"
urlpatterns: list[URLPattern | URLResolver] = [
    path("week/", WeekPage.as_view(), name="week"),
    path("week/<str:week>/", WeekPage.as_view(), name="week-of"),
]
