"""Settings that cannot be used stop the start with one sentence that names the key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "value",
    ["nonsense", "postgres://", "mysql://h/db", "postgres://u@h:99999/db", "sqlite://", "sqlite:///"],
)
def test_a_database_that_cannot_be(value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(env.WrongSetting, match=r"^DATABASE_URL "):
        env.database("DATABASE_URL", tmp_path / "x.sqlite3")


@pytest.mark.parametrize(
    "value",
    ["ftp://x", "smtp://", "smtp://h:abc", "smtp://h?tls=banana", "smtp://h?ssl=1", "file:///proc/none/x"],
)
def test_a_mail_server_that_cannot_be(value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMAIL_URL", value)
    with pytest.raises(env.WrongSetting, match=r"^EMAIL_URL "):
        env.mail("EMAIL_URL", tmp_path)


@pytest.mark.parametrize("value", ["x", "redis://", "redis://h/abc", "http://h", "redis://h:abc/0"])
def test_a_redis_that_cannot_be(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", value)
    with pytest.raises(env.WrongSetting, match=r"^REDIS_URL "):
        env.redis_address("REDIS_URL")


@pytest.mark.parametrize(
    "value", ["redis://h", "redis://:secret@h:6379/2", "rediss://h/0?ssl_cert_reqs=none"]
)
def test_a_redis_that_can_be(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", value)
    assert env.redis_address("REDIS_URL") == value


@pytest.mark.parametrize(
    "value", ["foo", "http://", "http://a b", "http://a/b", "http://a?b", "http://a#b", "ftp://a"]
)
def test_an_address_that_nobody_can_type(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYAPP_URL", value)
    with pytest.raises(env.WrongSetting, match=r"^STUDYAPP_URL "):
        env.web_address("STUDYAPP_URL", "")


@pytest.mark.parametrize("value", ["https://study.example.org", "http://[::1]:8000", "https://a.example/"])
def test_an_address_that_people_type(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYAPP_URL", value)
    assert env.web_address("STUDYAPP_URL", "") == value.rstrip("/")


@pytest.mark.parametrize(("key", "value"), [("WEB_WORKERS", "abc"), ("WEB_THREADS", "0"), ("PORT", "abc")])
def test_the_supervisor_does_not_start_with_a_wrong_number(key: str, value: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "studyapp.supervisor"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "studyapp.settings",
            "STUDYAPP_DATA_DIR": str(tmp_path),
            key: value,
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().startswith(f"{key} is '{value}'; write a whole number")
    assert "\n" not in ended.stderr.strip()
