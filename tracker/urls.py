"""Addresses of tracker's pages, below `/t/<team>/`."""

from django.urls import URLPattern, URLResolver

app_name = "tracker"
urlpatterns: list[URLPattern | URLResolver] = []
