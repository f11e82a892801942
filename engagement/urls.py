"""Addresses of engagement's pages, below `/t/<team>/`."""

from django.urls import URLPattern, URLResolver, path

from engagement.views.returns import ReturnsFile, ReturnsPage

app_name = "engagement"
urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", ReturnsPage.as_view(), name="returns"),
    path("returns/<slug:chart>.csv", ReturnsFile.as_view(), name="returns-file"),
]
