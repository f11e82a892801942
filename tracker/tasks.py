"""Thin Celery doors to what tracker does in the background."""
