"""Signing in while Redis is stopped or frozen: limits go on being counted, and nobody waits long."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from studyapp import cache as cache_module
from studyapp.cache import SteadyCache
from tests.servers import redis


def test_a_stopped_and_a_frozen_redis_are_replaced_by_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cache_module, "REST_SECONDS", 1000.0)  # longer than any machine needs for this
    with redis.running() as server:
        cache = SteadyCache(server.url, {"FILES": tmp_path})
        cache.set("hits", [1.0], 60)
        assert cache.get("hits") == [1.0]
        assert not list(tmp_path.iterdir())

        os.kill(server.process.pid, signal.SIGSTOP)
        cache.set("hits", [1.0, 2.0], 60)
        assert [cache.get("hits") for _ in range(20)] == [[1.0, 2.0]] * 20
        assert cache.add("hits", [], 60) is False
        waits = [one for one in caplog.records if "Redis does not answer" in one.getMessage()]
        assert len(waits) == 1, "one wait, not twenty"
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
