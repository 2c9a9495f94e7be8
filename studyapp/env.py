"""Typed readers of the environment. A wrong value stops the program with one sentence.

Every reader takes the key's name and a default. A key `NAME` may instead be given as `NAME_FILE`, the path of a
file that holds the value (for secrets mounted by an orchestrator).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import ParseResult, parse_qsl, unquote, urlparse

_HOST = re.compile(r"[^\s\"'<>\\]+")
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class WrongSetting(SystemExit):
    """A setting that cannot be used. Its message is a sentence that names the key and says what to write."""


def load_dotenv(path: Path) -> None:
    """Read `KEY=value` lines of `path` into the environment; what is already set wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals:
            raise WrongSetting(
                f"{path.name} line {number}: write KEY=value, or begin the line with # for a comment."
            )
        os.environ.setdefault(key.strip(), value.strip().strip("'\""))


def text(name: str, default: str = "") -> str:
    """The value of `name`, or the content of the file that `name`_FILE points to, or `default`."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    file = os.environ.get(f"{name}_FILE", "").strip()
    if not file:
        return default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise WrongSetting(f"{name}_FILE points to {file}, which cannot be read: {error.strerror}.") from None


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise WrongSetting(f"{name} is {value!r}; write yes or no.")


def integer(name: str, default: int, at_least: int, at_most: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not at_least <= int(value[:12]) <= at_most:
        raise WrongSetting(f"{name} is {value!r}; write a whole number from {at_least} to {at_most}.")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default).lower()
    if value not in allowed:
        raise WrongSetting(f"{name} is {value!r}; write one of: {', '.join(allowed)}.")
    return value


def folder(name: str, default: Path) -> Path:
    """An absolute folder that exists and can be written; it is made when absent."""
    return writable(name, Path(text(name, str(default))))


def writable(name: str, path: Path) -> Path:
    """`path` as an absolute folder that can be written; it is made when absent."""
    path = path.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)  # answers, addresses and reset links are in it
    except OSError as error:
        raise WrongSetting(f"{name} is {path}, which cannot be made: {error.strerror}.") from None
    if not os.access(path, os.W_OK):
        raise WrongSetting(f"{name} is {path}, which this user may not write to.")
    return path


def web_address(name: str, default: str) -> str:
    """An http or https address without a trailing slash."""
    value = text(name, default).rstrip("/")
    parts = _parse(name, value)
    own = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.hostname or "") or value != own:
        raise WrongSetting(f"{name} is {value!r}; write it like https://study.example.org.")
    return value


def database(name: str, sqlite_file: Path) -> dict[str, Any]:
    """Django's DATABASES entry. Empty means SQLite in the data folder.

    `postgres://user:password@host:5432/name`, with `?host=/folder` for a unix socket; `sqlite:///path/to/file`.
    """
    value = text(name)
    if not value:
        return sqlite(sqlite_file)
    parts = _parse(name, value)
    if parts.scheme == "sqlite" and parts.path.strip("/"):
        return sqlite(
            Path(
                unquote(parts.path).removeprefix("/") if parts.path.startswith("//") else unquote(parts.path)
            )
        )
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise WrongSetting(
            f"{name} cannot be used; write postgres://user:password@host:5432/name, or leave it out for SQLite."
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 600,
        # Bound and prepared by the server: planning the session's query costs more than running it.
        "OPTIONS": {"connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 3, **query},
    }


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite that keeps its promise: WAL, every commit synced, writers queue instead of failing."""
    return {
        "ENGINE": "studyapp.sqlite",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;"
            ),
        },
        # A real file also in tests: threads, worker processes and browser tests meet the database they will meet.
        "TEST": {"NAME": str(file.with_name("test.sqlite3"))},
    }


def mail(name: str, folder_for_files: Path) -> dict[str, Any]:
    """Django's e-mail settings. Empty means: write every mail to a file in the data folder.

    `smtp://user:password@host:587` (STARTTLS by `?tls=1`), `smtps://…:465`, `file:///folder`, `console:`.
    """
    value = text(name)
    if not value:
        return _file_mail(folder_for_files)
    parts = _parse(name, value)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return _file_mail(writable(name, Path(unquote(parts.path))))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting(
            f"{name} cannot be used; write smtp://user:password@host:587?tls=1, smtps://…, file:///folder or console:."
        )
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    tls = query.pop("tls", "0").lower()
    if query or tls not in _YES | _NO:
        raise WrongSetting(f"{name} ends in ?{parts.query}; write ?tls=1 for STARTTLS, or nothing.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": tls in _YES,
        "EMAIL_TIMEOUT": 20,
    }


def redis_address(name: str) -> str:
    value = text(name)
    if not value:
        return value
    parts = _parse(name, value)
    over_network = parts.scheme in {"redis", "rediss"}
    number = parts.path.strip("/")
    if (
        parts.scheme not in {"redis", "rediss", "redis+socket", "unix"}
        or (over_network and not parts.hostname)
        or (over_network and number and not (number.isascii() and number.isdigit()))
    ):
        raise WrongSetting(
            f"{name} cannot be used; write redis://host:6379/0, or leave it out to run without Redis."
        )
    return value


def _file_mail(path: Path) -> dict[str, Any]:
    return {"EMAIL_BACKEND": "accounts.mail_files.EmailBackend", "EMAIL_FILE_PATH": str(path)}


def _parse(name: str, value: str) -> ParseResult:
    try:
        parts = urlparse(value)
        _ = parts.port  # urlparse raises only when the port is looked at
    except ValueError as error:
        raise WrongSetting(f"{name} is not an address: {error}.") from None
    return parts
