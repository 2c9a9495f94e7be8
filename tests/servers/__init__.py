"""Real PostgreSQL and Redis servers for the tests, from the wheels in requirements/dev.txt.

    python -m tests.servers -- pytest -m servers          both, for the life of one command
    python -m tests.servers.postgres -- COMMAND…          PostgreSQL alone (DATABASE_URL)
    python -m tests.servers.redis -- COMMAND…             Redis alone (REDIS_URL)

Or in a test: `with postgres.running(durable=True) as server: server.url`.  Servers listen on a unix socket or on
127.0.0.1 only, keep everything in a temporary folder, and die with the process that started them, even when
that one is killed.
"""
