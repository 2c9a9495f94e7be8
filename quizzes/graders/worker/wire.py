"""Messages between client, host and child: four bytes of length, then JSON. Both ends bound what they read."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_HEAD = struct.Struct("!I")
LONGEST_ASKED = 1024 * 1024
LONGEST_TOLD = 512 * 1024
TAKEN = b"+"  # before an answer: the host has read the question


class Broken(OSError):
    """The other end went away, or sent what is no message."""


def packed(message: Any) -> bytes:
    body = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode()
    return _HEAD.pack(len(body)) + body


def unpacked(received: bytes | bytearray, longest: int) -> Any | None:
    """The message, None while some of it is still to come. Raises Broken."""
    if len(received) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack_from(received)
    if length > longest:
        raise Broken(f"a message of {length} bytes, at most {longest} are read")
    if len(received) < _HEAD.size + length:
        return None
    try:
        return json.loads(bytes(received[_HEAD.size : _HEAD.size + length]))
    except (ValueError, RecursionError):
        raise Broken("a message that is not JSON") from None


def receive(link: socket.socket, longest: int) -> Any:
    """One message. Raises Broken, or TimeoutError when the socket's own limit is over."""
    received = bytearray()
    while (message := unpacked(received, longest)) is None:
        part = link.recv(65_536)
        if not part:
            raise Broken("the other end went away")
        received += part
    return message
