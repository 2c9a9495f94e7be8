"""The app's side: ask the host, and start it when there is none. Every failure is one sentence.

A process that has asked keeps one connection open (“stay”), so the host ends soon after the last of them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from quizzes.graders.worker import wire
from quizzes.graders.worker.engines import MODULES, installed
from quizzes.graders.worker.place import ROOT, Place, here

log = logging.getLogger(__name__)

STARTS_WITHIN = 20.0
ANSWERS_WITHIN = 60.0  # loading an engine on a slow machine, a queue, and the time of an answer
_STAYING: dict[tuple[int, str], socket.socket] = {}
_GUARD = threading.Lock()

_SENTENCES = {
    "missing": "This drill is graded by {what}, which is not installed here. Whoever runs this site can add it with "
    "“sh scripts/environment.sh {extra}”.",
    "busy": "Many answers are being graded right now. Wait a moment, and send yours again.",
    "memory": "Grading this answer would need more memory than one answer may have. Make it smaller, send it again.",
    "time": "Grading this answer took too long and was stopped. Make it simpler, and send it again.",
    "big": "What this answer leads to is too long to be shown. Make it smaller, and send it again.",
    "gone": "The process that grades such answers has just ended. Nothing is lost: send your answer again.",
    "start": "The process that grades such answers cannot be started here. Whoever runs this site finds the reason in "
    "the log. Your answer still stands here; send it again later.",
}  # fmt: skip
_ELSE = (
    "This could not be graded. Look at your answer again, and send it once more; the log has a line about it."
)
_NAMES = {"lint": "cfn-lint", "lab": "moto"}


class Unavailable(Exception):
    """No answer came; the message is a sentence for the learner. `why`: one word for programs."""

    def __init__(self, why: str, engine: str) -> None:
        self.why = why
        sentence = _SENTENCES.get(why, _ELSE)
        super().__init__(sentence.format(what=_NAMES.get(engine, engine), extra=engine))


def missing(engine: str) -> str:
    """What must be installed before this engine can run, as a sentence; "" when it can. Imports nothing."""
    return "" if installed(engine) else str(Unavailable("missing", engine))


def ask(engine: str, job: Any, place: Place | None = None) -> Any:
    """What `engine` makes of `job` (data for JSON). Starts the host when there is none. Raises Unavailable."""
    if engine in MODULES and not installed(engine):
        raise Unavailable("missing", engine)
    try:
        with _taken(place or here(), {"ask": "run", "engine": engine, "job": job}) as link:
            message = wire.receive(link, wire.LONGEST_TOLD)
    except TimeoutError:
        log.error("the host of drills did not answer within %s seconds", ANSWERS_WITHIN)
        raise Unavailable("time", engine) from None
    except OSError as error:
        log.warning("the host of drills went away: %s", error)
        raise Unavailable("gone", engine) from None
    if isinstance(message, dict) and "told" in message:
        return message["told"]
    why = str(message.get("failed")) if isinstance(message, dict) else ""
    log.warning("an answer for %s was not graded: %s", engine, why)
    raise Unavailable(why, engine)


def expect(engine: str, place: Place | None = None) -> None:
    """An answer for `engine` is being written: the host starts and loads it meanwhile. Returns at once."""
    if engine in MODULES and not installed(engine):
        return
    threading.Thread(target=_load, args=(engine, place or here()), daemon=True).start()


def _load(engine: str, place: Place) -> None:
    """A failure is told when the answer comes; here it only goes to the log."""
    try:
        with _connected(place) as link:
            _exchange(link, {"ask": "load", "engine": engine})
    except (OSError, wire.Broken, Unavailable) as error:
        log.info("the host of drills could not be readied: %s", error)


def status(place: Place | None = None) -> dict[str, Any] | None:
    """How the host is: {"pid", "loaded", "running", "waiting", "done", "refused", "seconds"}; None when there is none.

    Starts nothing. While an engine is loaded, the answer may take some seconds.
    """
    try:
        with _connect(place or here()) as link:
            message = _exchange(link, {"ask": "status"})
    except OSError:
        return None
    return message if isinstance(message, dict) else None


def _taken(place: Place, message: Any) -> socket.socket:
    """A connection on which a host has taken the question. One that was just ending has not; another is asked."""
    for last in (False, False, True):
        link = _connected(place)
        try:
            link.settimeout(ANSWERS_WITHIN)
            link.sendall(wire.packed(message))
            if link.recv(len(wire.TAKEN)) == wire.TAKEN:
                return link
            raise wire.Broken("the host ended before it took the question")
        except BaseException as error:
            link.close()
            if last or not isinstance(error, ConnectionError | wire.Broken):
                raise
            time.sleep(0.1)
    raise AssertionError("the last try returns or raises")


def _exchange(link: socket.socket, message: Any) -> Any:
    link.settimeout(ANSWERS_WITHIN)
    link.sendall(wire.packed(message))
    return wire.receive(link, wire.LONGEST_TOLD)


def _connect(place: Place) -> socket.socket:
    """Raises OSError when nobody listens."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.settimeout(5)
        link.connect(str(place.socket))
    except BaseException:
        link.close()
        raise
    return link


def _connected(place: Place) -> socket.socket:
    """A connection to the host of this place, after saying that this process is there. Starts it when there is none."""
    _stay(place)
    try:
        return _connect(place)
    except OSError:
        _leave(place)
        _stay(place)
        return _connect(place)


def _stay(place: Place) -> None:
    """One open connection for each process: after a fork the child opens its own."""
    key = (os.getpid(), str(place.folder))
    with _GUARD:
        if key in _STAYING and not _ended(_STAYING[key]):
            return
        if key in _STAYING:
            _STAYING.pop(key).close()
        link = _reach(place)
        link.sendall(wire.packed({"ask": "stay"}))
        _STAYING[key] = link


def _leave(place: Place) -> None:
    with _GUARD:
        link = _STAYING.pop((os.getpid(), str(place.folder)), None)
        if link is not None:
            link.close()


def _ended(link: socket.socket) -> bool:
    """The host never sends anything here: what can be read is the end."""
    try:
        link.setblocking(False)
        return not link.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _reach(place: Place) -> socket.socket:
    """Connect; where nobody listens, start hosts until one does. Raises Unavailable."""
    until = time.monotonic() + STARTS_WITHIN
    started: subprocess.Popen[bytes] | None = None
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            return _connect(place)
        if started is None or started.poll() == 0:  # none yet, or it met another host that was just ending
            started = _start(place)
        elif started.poll() is not None:
            break
        time.sleep(0.02)
    log.error("the host of drills cannot be started; %s says why", place.log)
    raise Unavailable("start", "")


def _start(place: Place) -> subprocess.Popen[bytes]:
    """A host with nothing of ours: no settings, no secrets, no files but its log. Raises Unavailable."""
    command = [sys.executable, "-m", "quizzes.graders.worker.host", str(place.folder), str(place.socket)]
    command += [str(place.idle), *(f"{name}={module}" for name, module in place.engines)]
    try:
        place.make()
        with place.log.open("ab") as output:
            if output.tell() > 1_000_000:
                output.truncate(0)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_environment(), cwd="/",
                start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        log.error("the host of drills cannot be started: %s", error)
        raise Unavailable("start", "") from None
    threading.Thread(target=process.wait, daemon=True).start()  # so that no zombie stays
    return process


def _environment() -> dict[str, str]:
    """Sets and dicts in the same order every time; no way to an account of anybody's."""
    return {
        "PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "no-secret", "AWS_EC2_METADATA_DISABLED":
        "true", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }  # fmt: skip
