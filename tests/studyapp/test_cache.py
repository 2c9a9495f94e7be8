"""Signing in while Redis is stopped or frozen: limits go on being counted, and nobody waits long."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from studyapp.cache import SteadyCache
from tests.servers import redis


def test_a_stopped_and_a_frozen_redis_are_replaced_by_files(tmp_path: Path) -> None:
    with redis.running() as server:
        cache = SteadyCache(server.url, {"FILES": tmp_path})
        cache.set("hits", [1.0], 60)
        assert cache.get("hits") == [1.0]
        assert not list(tmp_path.iterdir())

        os.kill(server.process.pid, signal.SIGSTOP)
        started = time.monotonic()
        cache.set("hits", [1.0, 2.0], 60)
        assert [cache.get("hits") for _ in range(20)] == [[1.0, 2.0]] * 20
        assert cache.add("hits", [], 60) is False
        assert time.monotonic() - started < 10  # one wait of 1 second, not twenty
        os.kill(server.process.pid, signal.SIGCONT)

        cache.rests_until = 0.0
        cache.set("hits", [3.0], 60)  # back at Redis
        assert cache.redis.get("hits") == [3.0]
        assert cache.files.get("hits") == [1.0, 2.0]

    cache.rests_until = 0.0
    assert cache.add("hits", [], 60) is False
    cache.delete("hits")
    assert cache.get("hits", "none") == "none"
    assert cache.add("hits", [3.0], 60) is True
