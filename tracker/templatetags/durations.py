"""Minutes as templates show them: `{{ minutes|clock }}`, `{{ minutes|hours_and_minutes }}`."""

from django import template

from tracker import durations

register = template.Library()

register.filter("clock", durations.clock)
register.filter("hours_and_minutes", durations.hours_and_minutes)
