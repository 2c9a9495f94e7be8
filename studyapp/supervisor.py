"""`python -m studyapp.supervisor`: web, worker and beat as one program, for a laptop or one small server.

The supervisor imports the product once and forks the three. It holds the listening socket, so that requests wait
instead of failing while a killed web server comes back; starts what ended again, each time after a longer pause;
passes their output on, each line with its program's name; and at SIGTERM or Ctrl-C stops them in order: beat (no
new work), web (requests end), worker (its job ends). What does not end in time is killed with its whole process
group, and the kernel ends everything when the supervisor itself is killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from studyapp import env, programs

LONGEST_PAUSE = 30.0  # seconds between two starts of a program that keeps ending
HEALTHY_AFTER = 30.0  # seconds; who lived that long starts again at once
PORT_PATIENCE = 3.0  # seconds for a predecessor's web server to let go of the port
PROBE_EVERY = 0.1


@dataclass
class Program:
    """One of the three. `pid` is 0 while it is not running; `due` is when it is to be started (monotonic)."""

    name: str
    run: Callable[[], None]
    orphan_signal: signal.Signals  # what the kernel sends it when the supervisor is killed
    seconds_to_stop: float
    pid: int = 0
    output: int = -1
    started: float = 0.0
    due: float | None = 0.0
    failures: int = 0
    half_line: bytes = field(default=b"", repr=False)


class Supervisor:
    def __init__(self, listener: socket.socket, address: str) -> None:
        self.listener = listener
        self.address = address
        self.selector = selectors.DefaultSelector()
        self.wakeup, self._wakeup_end = os.pipe()
        self.signals: list[int] = []
        self.ready = False
        # In the order in which they are stopped.
        self.programs = [
            Program("beat", programs.beat, signal.SIGKILL, 5),
            Program("web", lambda: programs.web(listener), signal.SIGTERM, programs.GRACE_SECONDS + 2),
            Program("worker", programs.worker, signal.SIGKILL, 15),
        ]

    def run(self) -> None:
        """Until a SIGTERM or SIGINT; returns when everything has ended."""
        self._listen_for_signals()
        while not self._told_to_stop():
            for program in self.programs:
                if program.due is not None and program.due <= time.monotonic():
                    self._start(program)
            self._wait(self._pause())
            self._reap()
            self._look_whether_ready()
        say("Stopping. Once more stops at once.")
        self._stop_all()

    # --- starting -----------------------------------------------------------------------------------------
    def _start(self, program: Program) -> None:
        read_end, write_end = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            self._become(program, write_end)
        os.close(write_end)
        os.set_blocking(read_end, False)
        self.selector.register(read_end, selectors.EVENT_READ, program)
        program.pid, program.output, program.due, program.started = pid, read_end, None, time.monotonic()

    def _become(self, program: Program, output: int) -> None:
        """In the fork: leave everything that is the supervisor's, then be the program. Does not return."""
        code = 1
        try:
            os.setsid()  # a process group of its own; Ctrl-C in the terminal is the supervisor's
            programs.dies_with_parent(program.orphan_signal)
            programs.call_it(f"studyapp {program.name}")
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            self._let_go_of_the_supervisors_files(program)
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
            program.run()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001  (the last door: whatever it was is shown, and the process ends)
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _let_go_of_the_supervisors_files(self, program: Program) -> None:
        self.selector.close()
        os.close(self.wakeup)
        os.close(self._wakeup_end)
        for other in self.programs:
            if other.output >= 0:
                os.close(other.output)
        if program.name != "web":
            self.listener.close()

    # --- waiting ------------------------------------------------------------------------------------------
    def _listen_for_signals(self) -> None:
        os.set_blocking(self._wakeup_end, False)
        os.set_blocking(self.wakeup, False)
        signal.set_wakeup_fd(self._wakeup_end)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake us
        self.selector.register(self.wakeup, selectors.EVENT_READ, None)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals.append(number)

    def _told_to_stop(self) -> bool:
        return bool(self.signals)

    def _pause(self) -> float | None:
        """Seconds until there is something to do by ourselves; None when only events matter, so idle costs nothing."""
        waits = [program.due - time.monotonic() for program in self.programs if program.due is not None]
        if not self.ready:
            waits.append(PROBE_EVERY)
        return max(0.0, min(waits)) if waits else None

    def _wait(self, seconds: float | None) -> None:
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self.wakeup, 4096)
            else:
                self._pass_on(key.data)

    def _pass_on(self, program: Program) -> None:
        try:
            data = os.read(program.output, 65536)
        except BlockingIOError:
            return
        if not data:
            self._close_output(program)
            return
        *lines, program.half_line = (program.half_line + data).split(b"\n")
        for line in lines:
            say(line.decode(errors="replace"), program.name)

    def _close_output(self, program: Program) -> None:
        if program.output >= 0:
            self.selector.unregister(program.output)
            os.close(program.output)
            program.output = -1
        if program.half_line:
            say(program.half_line.decode(errors="replace"), program.name)
            program.half_line = b""

    # --- ending -------------------------------------------------------------------------------------------
    def _reap(self) -> None:
        """Notice programs that ended, end what they left behind, and set the time of their next start."""
        for program in self.programs:
            if not program.pid:
                continue
            pid, status = os.waitpid(program.pid, os.WNOHANG)
            if not pid:
                continue
            kill_group(program.pid, signal.SIGKILL)
            if program.output >= 0:
                self._pass_on(program)
            self._close_output(program)
            program.pid = 0
            if not self._told_to_stop():
                self._plan_next_start(program, status)

    def _plan_next_start(self, program: Program, status: int) -> None:
        lived = time.monotonic() - program.started
        program.failures = 0 if lived >= HEALTHY_AFTER else program.failures + 1
        pause = 0.0 if program.failures <= 1 else min(LONGEST_PAUSE, 2.0 ** (program.failures - 2))
        program.due = time.monotonic() + pause
        when = "at once" if not pause else f"in {pause:.0f} s"
        say(f"{program.name} ended ({describe(status)}); starting it again {when}.")

    def _stop_all(self) -> None:
        for program in self.programs:
            self._stop(program)

    def _stop(self, program: Program) -> None:
        """Ask, wait, kill the group. A second signal to us ends the waiting."""
        deadline = time.monotonic() + program.seconds_to_stop
        if program.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(program.pid, signal.SIGTERM)
        while program.pid and len(self.signals) < 2 and time.monotonic() < deadline:
            self._wait(max(0.0, min(0.5, deadline - time.monotonic())))
            self._reap()
        if program.pid:
            say(f"{program.name} did not end in time and is killed.")
            kill_group(program.pid, signal.SIGKILL)
            os.waitpid(program.pid, 0)
            program.pid = 0
            self._close_output(program)

    # --- telling ------------------------------------------------------------------------------------------
    def _look_whether_ready(self) -> None:
        if not self.ready and answers(self.listener.getsockname()):
            self.ready = True
            say(f"Studyapp is ready: {self.address}   (Ctrl-C stops it)")


def say(line: str, who: str = "") -> None:
    # Whoever reads our output may have gone; the programs go on.
    with contextlib.suppress(BrokenPipeError):
        print(f"{who:<6} | {line}" if who else line, flush=True)


def describe(status: int) -> str:
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"


def kill_group(group: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sign)


def answers(listening: tuple[str, int]) -> bool:
    """Does /healthz answer 200 at the socket we listen on?"""
    host, port = listening[:2]
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
    try:
        with socket.create_connection((own, port), 2) as client:
            client.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in client.recv(64)
    except OSError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """The web server's socket; stops with a sentence when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listener.bind((host, port))
            break
        except OSError as error:
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"Port {port} on {host} cannot be used ({error.strerror}). Stop what uses it, or choose another:"
                    f" PORT={port + 1} make run"
                ) from None
            time.sleep(0.25)
    listener.listen(512)
    return listener


def lock(folder: Path) -> int:
    """Take the data folder for this supervisor; stops with a sentence when another has it. Returns the lock's file."""
    file = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        other = os.read(file, 32).decode(errors="replace").strip()
        raise SystemExit(
            f"Studyapp is already running on {folder} (process {other}). Stop that one, or set STUDYAPP_DATA_DIR to"
            " another folder."
        ) from None
    os.truncate(file, 0)
    os.pwrite(file, str(os.getpid()).encode(), 0)
    return file


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
    from django.conf import settings

    (
        programs.web_workers(),
        programs.web_threads(),
    )  # a wrong number stops us here, not the web server again and again
    held = lock(settings.DATA_DIR)
    listener = listen(env.text("STUDYAPP_BIND", "127.0.0.1"), settings.PORT)
    programs.preload()
    # The lock stays with the supervisor alone: a program that outlives it for a moment must not hold it.
    os.register_at_fork(after_in_child=lambda: os.close(held))
    Supervisor(listener, settings.SITE_URL).run()


if __name__ == "__main__":
    main()
