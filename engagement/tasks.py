"""Thin Celery doors to what engagement does in the background."""
