"""What a child gives up before it looks at an answer: the network, other processes, files, most memory, its user.

Limits hold for the process that calls these functions, for good. As root a limit on processes does nothing, so a child
of root becomes the user “nobody” first.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from quizzes.graders.worker import system_calls

MEGABYTE = 1024 * 1024
_NEW_NETWORK = 0x4000_0000
_DIE_WITH_PARENT = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory`: megabytes beyond what the host has when it forks; `cpu`, `wall`: seconds."""

    cpu: int = 8
    wall: float = 10.0
    memory: int = 160
    files: int = 16


def without_network() -> bool:
    """A network of its own, without any device, for this process and those that it forks. Needs root; Linux."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    return bool(ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) == 0)


def close_all_but(kept: int) -> None:
    """Close what was inherited; standard input and outputs stay, and lead nowhere or to the log."""
    os.closerange(3, kept)
    os.closerange(kept + 1, _most_files())


def restrict(limits: Limits, parent: int) -> None:
    """Give everything up. Raises OSError or ValueError when a limit cannot be set: then nothing may be run."""
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(one, signal.SIG_DFL)
    _become_nobody()
    _die_with(parent)  # after that: a change of user forgets it
    os.umask(0o077)
    os.chdir("/")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, limits.files)
    _limit(resource.RLIMIT_CPU, limits.cpu)
    _limit(resource.RLIMIT_NPROC, 0)
    if sys.platform.startswith("linux"):  # elsewhere the size of the address space says little
        _limit(resource.RLIMIT_AS, _address_space() + limits.memory * MEGABYTE)
    os.nice(5)
    system_calls.refuse()


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _become_nobody() -> None:
    if os.geteuid() != 0:
        return
    user = group = 65_534
    with contextlib.suppress(ImportError, KeyError):
        import pwd

        found = pwd.getpwnam("nobody")
        user, group = found.pw_uid, found.pw_gid
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    if os.geteuid() == 0 or os.getuid() == 0:
        raise PermissionError("this process is still root")


def _die_with(parent: int) -> None:
    """A child does not outlive its host (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _most_files() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(soft, 65_536) if soft != resource.RLIM_INFINITY else 65_536
