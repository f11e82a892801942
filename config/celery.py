"""The Celery application; tasks live beside the domain that they call."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("longrun")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
