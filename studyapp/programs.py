"""The three programs of an install: web, worker and beat. Each takes over a process that the supervisor forked.

`preload` is called once, before the forks: what it imports is then shared memory, and a program that was killed is
back in milliseconds because nothing is imported again (docs/adr/0004).
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import threading
import warnings
from typing import Any

from studyapp import env

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

REQUEST_SECONDS = 30  # no request takes longer; the web worker is replaced when one does
GRACE_SECONDS = 10  # what a request may still take after the web server was told to stop


def preload() -> None:
    """Import the whole product, without leaving a thread or a connection that a fork would break."""
    from django.db import connections
    from django.urls import get_resolver

    import studyapp.wsgi  # noqa: F401  (sets Django up)
    from studyapp.celery import app

    get_resolver().url_patterns  # noqa: B018  (imports every view)
    app.loader.import_default_modules()
    app.finalize()
    import celery.apps.beat
    import celery.apps.worker
    import celery.bin.celery
    import celery.concurrency.prefork
    import celery.worker.consumer  # noqa: F401
    import gunicorn.arbiter
    import gunicorn.workers.gthread  # noqa: F401

    connections.close_all()
    if threading.active_count() > 1:
        raise RuntimeError(f"A module started a thread while it was imported: {threading.enumerate()}")
    gc.collect()
    gc.freeze()  # the collector then leaves these objects, and so their shared pages, alone


def web(listener: socket.socket) -> None:
    """Gunicorn with threads on a socket that is already listening."""
    from gunicorn.app.base import BaseApplication

    class Web(BaseApplication):
        def load_config(self) -> None:
            for name, value in web_options(listener).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from studyapp.wsgi import application

            return application

    Web().run()


def web_workers() -> int:
    return env.integer("WEB_WORKERS", 1, 1, 64)


def web_threads() -> int:
    return env.integer("WEB_THREADS", 4, 1, 64)


def web_options(listener: socket.socket) -> dict[str, Any]:
    return {
        "bind": f"fd://{listener.fileno()}",
        "worker_class": "gthread",
        "workers": web_workers(),
        "threads": web_threads(),
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": 30,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "studyapp",
        "post_fork": lambda arbiter, worker: dies_with_parent(signal.SIGTERM),
    }


def worker() -> None:
    """Celery's worker: one process that waits for wake-ups and one child that does the work."""
    from celery.platforms import SecurityWarning
    from celery.signals import worker_process_init

    from studyapp.celery import app

    # It warns root about pickled messages; ours are JSON, and a container's first screen should say what matters.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    worker_process_init.connect(lambda **_: dies_with_parent(signal.SIGKILL), weak=False)
    app.start(
        [
            *(
                "--quiet",
                "--skip-checks",
                "worker",
                "--loglevel=WARNING",
                "--pool=prefork",
                "--concurrency=1",
            ),
            *("--prefetch-multiplier=1", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
    )


def beat() -> None:
    """Celery's beat, which also announces the waiting jobs (studyapp/beat.py)."""
    from studyapp.celery import app

    app.start(["--quiet", "--skip-checks", "beat", "--loglevel=WARNING", "--pidfile="])


def dies_with_parent(sign: signal.Signals) -> None:
    """The kernel sends `sign` to this process when its parent ends, however that ends. Linux only, else nothing."""
    if _libc is not None:
        parent = os.getppid()
        _libc.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it ended just before we asked
            os.kill(os.getpid(), sign)


def call_it(name: str) -> None:
    """Name this process for `ps -o comm` (15 bytes)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)
