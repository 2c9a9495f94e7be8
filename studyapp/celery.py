"""Celery: the wake-up for jobs whose truth is a row. Nothing is lost when the broker is."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")

from django.conf import settings

from studyapp.schedule import SCHEDULE

BROKER_FOLDER = settings.DATA_DIR / "broker"


def _broker() -> dict[str, object]:
    if settings.REDIS_URL:
        timeouts = {"socket_timeout": 2, "socket_connect_timeout": 2}
        return {"broker_url": settings.REDIS_URL, "broker_transport_options": timeouts}
    # Without Redis, messages are files: no server, and a lost one is announced again from its row.
    for name in ("messages", "control"):
        (BROKER_FOLDER / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://localhost//",
        "broker_transport_options": {
            "data_folder_in": str(BROKER_FOLDER / "messages"),
            "data_folder_out": str(BROKER_FOLDER / "messages"),
            "control_folder": str(BROKER_FOLDER / "control"),
            "polling_interval": 0.1,
        },
    }


app = Celery("studyapp")
app.conf.update(
    **_broker(),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_max_tasks_per_child=200,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=10,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    enable_utc=True,
    beat_schedule=SCHEDULE,
    beat_scheduler="studyapp.beat:DispatchingScheduler",
)
app.autodiscover_tasks(["studyapp", "quizzes"])


@setup_logging.connect
def _keep_django_logging(**_: object) -> None:
    """Logging is configured by Django's settings; Celery must not replace it."""
