"""What came back and what it was worth."""

from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"
