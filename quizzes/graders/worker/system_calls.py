"""A filter in the kernel for what a child may ask of it (Linux): no sockets, no programs, no processes, no writing.

What is refused gets “operation not permitted”, so Python raises PermissionError; everything else is allowed. The filter
cannot be taken off again. On other systems, or where a container forbids filters, `refuse` says False and the other
limits hold alone.

https://docs.kernel.org/userspace-api/seccomp_filter.html, https://man7.org/linux/man-pages/man2/seccomp.2.html
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0000 | 1  # 1: EPERM
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC


@dataclass(frozen=True, slots=True)
class _Machine:
    """`audit`: the kernel's number of the architecture. `opens`: call → place of the argument that holds the flags."""

    audit: int
    refused: Mapping[str, int]
    opens: Mapping[int, int]
    highest: int = 0  # numbers from here on belong to another way of calling


_X86_64 = _Machine(
    0xC000_003E,
    {
        "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50,
        "socketpair": 53, "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "truncate": 76,
        "ftruncate": 77, "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88,
        "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "ptrace": 101, "mknod": 133, "mount": 165,
        "tkill": 200, "tgkill": 234, "add_key": 248, "request_key": 249, "keyctl": 250, "mkdirat": 258, "mknodat": 259,
        "fchownat": 260, "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268,
        "unshare": 272, "utimensat": 280, "accept4": 288, "perf_event_open": 298, "prlimit64": 302, "sendmmsg": 307,
        "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "renameat2": 316, "memfd_create": 319,
        "bpf": 321, "execveat": 322, "userfaultfd": 323, "pidfd_send_signal": 424, "io_uring_setup": 425,
        "pidfd_open": 434, "clone3": 435, "openat2": 437,
    },
    {2: 1, 257: 2},
    highest=0x4000_0000,
)  # fmt: skip
_AARCH64 = _Machine(
    0xC000_00B7,
    {
        "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38, "mount": 40,
        "truncate": 45, "ftruncate": 46, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88,
        "unshare": 97, "ptrace": 117, "kill": 129, "tkill": 130, "tgkill": 131, "socket": 198, "socketpair": 199,
        "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206, "sendmsg": 211, "add_key": 217,
        "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221, "perf_event_open": 241, "accept4": 242,
        "prlimit64": 261, "setns": 268, "sendmmsg": 269, "process_vm_readv": 270, "process_vm_writev": 271,
        "renameat2": 276, "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "clone3": 435, "openat2": 437,
    },
    {56: 2},
)  # fmt: skip
_MACHINES = {"x86_64": _X86_64, "aarch64": _AARCH64}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse() -> bool:
    """From now on this process can neither gain privileges nor make the calls above. False where it still can."""
    machine = _MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or machine is None:
        return False
    code = b"".join(_instructions(machine))
    held = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(held))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)


def _instructions(machine: _Machine) -> Iterator[bytes]:
    """Berkeley packet filter: each step is (code, jump when true, jump when false, constant)."""
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, machine.audit, 1, 0)
    yield _step(_RETURN, _REFUSE)
    yield _step(_LOAD, _NUMBER)
    if machine.highest:
        yield _step(_AT_LEAST, machine.highest, 0, 1)
        yield _step(_RETURN, _REFUSE)
    for number in sorted(machine.refused.values()):
        yield _step(_EQUAL, number, 0, 1)
        yield _step(_RETURN, _REFUSE)
    for number, argument in sorted(machine.opens.items()):
        yield _step(_EQUAL, number, 0, 4)
        yield _step(_LOAD, _ARGUMENTS + 8 * argument)
        yield _step(_ANY_BIT, _WRITING, 0, 1)
        yield _step(_RETURN, _REFUSE)
        yield _step(_LOAD, _NUMBER)
    yield _step(_RETURN, _ALLOW)


def _step(code: int, constant: int, when: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when, otherwise, constant)
