"""The shared cache: Redis, and files of this machine while Redis is away. Limits on sign-in are counted in it.

Nobody is kept out because Redis is stopped or frozen, and nobody may guess passwords without limit meanwhile: the
counts go on in the data folder, machine by machine. After a failure Redis is left alone for some seconds, so that a
frozen one costs one request a second and not each of them several.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
REST_SECONDS = 10.0


class SteadyCache(BaseCache):
    """Redis at `LOCATION`; the folder `FILES` while it does not answer. Only what sign-in limits use is passed on."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.redis = RedisCache(
            server, {**params, "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}
        )
        self.files = FileBasedCache(str(params["FILES"]), {"OPTIONS": {"MAX_ENTRIES": 10_000}})
        self.rests_until = 0.0

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.delete(key, version)))

    def clear(self) -> None:
        self._ask(lambda cache: cache.clear())

    def _ask(self, question: Callable[[BaseCache], Any]) -> Any:
        if time.monotonic() >= self.rests_until:
            try:
                return question(self.redis)
            except RedisError as error:
                self.rests_until = time.monotonic() + REST_SECONDS
                log.warning("Redis does not answer (%s); limits on sign-in are counted in files.", error)
        return question(self.files)
