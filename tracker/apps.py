"""What is invested: team, channel, metric, plan, goal, event, time entry, timer."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"
