from __future__ import annotations

from celery import current_app
from django.conf import settings

from config.celery import app
from tests.workers import Worker


def test_a_worker_takes_from_every_queue(worker: Worker) -> None:
    queues = current_app.control.inspect(timeout=1).active_queues()

    assert [{queue["name"] for queue in of_node} for of_node in queues.values()] == [
        {"trends", "sync", "import", "mail"}
    ]


def test_a_killed_worker_is_gone_at_once(worker: Worker) -> None:
    worker.kill()

    assert worker.process.returncode == -9
    assert current_app.control.ping(timeout=0.5) == []


def test_a_message_stays_invisible_for_longer_than_any_task_may_run() -> None:
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > app.conf.task_time_limit
