"""What both launchers share: scratch folders, children that die with their parent, one command at the end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PREFIX = "studyapp-servers-"
# Looked up here: after fork() a child should do as little as possible.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def dies_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `sign` to the child when the starting thread ends. Linux only, else nothing.

    Runs after subprocess has changed the user, which is needed: a change of user clears the wish.
    """

    def wish() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)

    return wish


@contextlib.contextmanager
def scratch(kind: str) -> Iterator[Path]:
    """A short-named temporary folder (unix socket paths end at 107 bytes), removed at the end.

    The folder's name holds our process id, so that what a killed run left behind is found and removed here.
    """
    _remove_leftovers()
    # Not $TMPDIR: other users (see postgres.py) must be able to reach the folder.
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-{kind}-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    for folder in Path("/tmp").glob(f"{_PREFIX}*"):
        owner = re.match(rf"{_PREFIX}(\d+)-", folder.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            shutil.rmtree(folder, ignore_errors=True)  # another user's folder stays


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 20
) -> None:
    """Poll `ready` each hundredth of a second. RuntimeError with the server's own words when it ends first."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start.\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.01)


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, seconds: float = 10) -> None:
    if process.poll() is None:
        process.send_signal(sign)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_command(arguments: list[str], environment: dict[str, str]) -> int:
    """Run `arguments` (after an optional `--`) with `environment` added; its exit code.

    STUDYAPP_TEST_SERVERS says that the addresses are ours to fill and to flush (see tests/settings.py).
    """
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.exit("Say what to run: python -m tests.servers -- COMMAND…")
    if command[0] == "pytest":
        command = [sys.executable, "-m", *command]
    with _interrupt_is_for_the_command():
        return subprocess.call(
            command,
            env={**os.environ, **environment, "STUDYAPP_TEST_SERVERS": "1"},
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )


@contextlib.contextmanager
def _interrupt_is_for_the_command() -> Iterator[None]:
    """Ctrl-C reaches the command by itself; we wait for it and then stop the servers. SIGTERM stops both."""

    def leave(number: int, frame: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGINT, lambda *_: None), signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
