"""The full-text indexes of both databases. The database itself keeps them right, whoever writes the rows.

SQLite: an FTS5 table beside the table, without text of its own, filled by triggers. PostgreSQL: a GIN index over an
expression. English stems, no accents, words parted at punctuation in both. Made by migrations, and looked after by
`mend` after every migration: SQLite drops a table's triggers when Django rebuilds the table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from content.search_words import Words

SQLITE, POSTGRES = "sqlite", "postgresql"
MOST_RANKED = (
    600  # matches of a common word that PostgreSQL puts in order: each costs it the reading of a text
)
_PUNCTUATION = "-_./:@+#=,;()[]{}<>*`~|"
_ACCENTED = [
    (chr(code), base)
    for code in range(0xC0, 0x180)
    if len(base := unicodedata.normalize("NFKD", chr(code))[0]) == 1 and base.isascii() and base.isalpha()
]
_FROM = "".join(char for char, _ in _ACCENTED) + _PUNCTUATION
_TO = "".join(base for _, base in _ACCENTED) + " " * len(_PUNCTUATION)


@dataclass(frozen=True, slots=True)
class Index:
    """What can be found in a table. `columns`: name and weight, A before C; `since`: the migration that made it."""

    table: str
    columns: tuple[tuple[str, str], ...]
    since: tuple[str, str]

    @property
    def fts(self) -> str:
        return f"{self.table}_fts"

    @property
    def names(self) -> Sequence[str]:
        return [column for column, _ in self.columns]

    @property
    def triggers(self) -> Sequence[str]:
        return [f"{self.table}_fts_{when}" for when in ("added", "changed", "gone")]

    def vector(self, alias: str) -> str:
        """The expression that PostgreSQL has an index over; a query must use the same."""
        parts = [
            f"setweight(to_tsvector('english', translate({alias}.{column}, '{_FROM}', '{_TO}')), '{weight}')"
            for column, weight in self.columns
        ]
        return "(" + " || ".join(parts) + ")"


TOPICS = Index("content_topic", (("title", "A"),), ("content", "0003_search"))
FACTS = Index("content_fact", (("text", "A"), ("context", "C")), ("content", "0003_search"))


def create(on: BaseDatabaseWrapper, index: Index) -> None:
    """Make the index and fill it."""
    _run(on, _sqlite(index) if on.vendor == SQLITE else _postgres(on, index))


def drop(on: BaseDatabaseWrapper, index: Index) -> None:
    """Take it away, with everything that belongs to it."""
    if on.vendor == SQLITE:
        gone = [f"DROP TRIGGER IF EXISTS {name}" for name in index.triggers]
        _run(on, [*gone, f"DROP TABLE IF EXISTS {index.fts}"])
    elif on.vendor == POSTGRES:
        _run(on, [f"DROP INDEX IF EXISTS {index.table}_search"])


def mend(using: str, index: Index) -> None:
    """Make anew what a rebuilt table has lost. Nothing is done while the index's own migration is not applied."""
    on = connections[using]
    if on.vendor != SQLITE or index.since not in MigrationRecorder(on).applied_migrations():
        return
    wanted = {index.fts, *index.triggers}
    marks = ", ".join(["%s"] * len(wanted))
    with on.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM sqlite_master WHERE name IN ({marks})", sorted(wanted))  # noqa: S608
        present = cursor.fetchone()[0]
    if present < len(wanted):
        drop(on, index)
        create(on, index)


def best(index: Index, words: Words, among: str, params: Sequence[str | int], limit: int) -> list[int]:
    """Ids of the rows that have all the words, best first.

    `among` goes on after `FROM table AS row`: joins, and WHERE with what `params` fill in. It and the index are
    constants of the code; what was typed is a parameter. Of a very common word only the first matches are put in order.
    """
    joins, _, where = among.partition("WHERE")
    if connection.vendor == SQLITE:
        sql = (
            f"SELECT row.id FROM {index.fts} JOIN {index.table} AS row ON row.id = {index.fts}.rowid {joins} "  # noqa: S608
            f"WHERE {index.fts} MATCH %s AND {where} ORDER BY bm25({index.fts}, 10.0, 2.0), row.id LIMIT %s"
        )
        values = [words.for_sqlite(), *params, limit]
    else:
        vector, query = index.vector("row").replace("%", "%%"), "to_tsquery('english', %s)"
        # The matches are found first and by themselves: whatever the planner knows of the rest, that takes the index.
        sql = (
            f"WITH matched AS MATERIALIZED (SELECT row.id FROM {index.table} AS row WHERE {vector} @@ {query}), "  # noqa: S608
            f"kept AS (SELECT row.id, {vector} AS vector FROM matched JOIN {index.table} AS row USING (id) {joins} "
            f"WHERE {where} LIMIT {max(limit, MOST_RANKED)}) "
            f"SELECT id FROM kept ORDER BY ts_rank(vector, {query}) DESC, id LIMIT %s"
        )
        values = [words.for_postgres(), *params, words.for_postgres(), limit]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [pk for (pk,) in cursor.fetchall()]


def _run(on: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    with on.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(index: Index) -> list[str]:
    """Names are our own constants; no text of anybody's is in these statements."""
    names, fts = ", ".join(index.names), index.fts
    new, old = (", ".join(f"{row}.{name}" for name in index.names) for row in ("new", "old"))
    add = f"INSERT INTO {fts}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608
    remove = f"INSERT INTO {fts}({fts}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
    added, changed, gone = index.triggers
    return [
        f"CREATE VIRTUAL TABLE {fts} USING fts5({names}, content='{index.table}', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')",
        f"CREATE TRIGGER {added} AFTER INSERT ON {index.table} BEGIN {add} END",
        f"CREATE TRIGGER {gone} AFTER DELETE ON {index.table} BEGIN {remove} END",
        f"CREATE TRIGGER {changed} AFTER UPDATE OF {names} ON {index.table} BEGIN {remove} {add} END",
        f"INSERT INTO {fts}({fts}) VALUES ('rebuild')",  # noqa: S608
    ]


def _postgres(on: BaseDatabaseWrapper, index: Index) -> list[str]:
    if on.vendor != POSTGRES:
        return []
    table = index.table
    vector = index.vector(table)
    return [f"CREATE INDEX IF NOT EXISTS {table}_search ON {table} USING gin ({vector})"]
