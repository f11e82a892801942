"""What operators see of what came back: to look at only, see `tracker.admin.LookOnly`."""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin

from tracker.admin import LookOnly

admin.site.register(apps.get_app_config("engagement").get_models(), LookOnly)
