"""The frame: settings, urls, the API router, Celery and the `up` command."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
