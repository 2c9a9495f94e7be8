"""PostgreSQL and Redis together, for the life of one command: `python -m tests.servers [--durable] -- COMMAND…`."""

from __future__ import annotations

import sys

from tests.servers import postgres, processes, redis


def main(arguments: list[str]) -> int:
    durable = arguments[:1] == ["--durable"]
    with postgres.running(durable=durable) as database, redis.running() as broker:
        addresses = {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
        return processes.run_command(arguments[durable:], addresses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
