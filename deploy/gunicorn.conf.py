"""Gunicorn on its own (systemd, containers). The supervisor of a laptop uses the same numbers: studyapp/programs.py."""

from studyapp import env, programs

bind = f"{env.text('STUDYAPP_BIND', '127.0.0.1')}:{env.integer('PORT', 8000, 1, 65535)}"
worker_class = "gthread"
workers = env.integer("WEB_WORKERS", 2, 1, 64)
threads = env.integer("WEB_THREADS", 4, 1, 64)
timeout = programs.REQUEST_SECONDS
graceful_timeout = programs.GRACE_SECONDS
keepalive = 30
preload_app = True  # workers share what was imported
control_socket_disable = True
loglevel = "warning"


def pre_fork(server: object, worker: object) -> None:
    """Nothing that was opened while importing may be shared."""
    from django.db import connections

    connections.close_all()
