"""Values of conditions: numbers, moments, networks and binary data, read without surprises. None: it is none of those.

Pages: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
       (dates: the W3C profile of ISO 8601, or seconds since 1970; addresses: CIDR, without a prefix one address)
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address, IPv6Address, ip_address

_MAX_NUMBER = 40  # signs
_MAX_DATE = 40


def as_number(text: str) -> Decimal | None:
    """A whole or decimal number, with or without a sign before it."""
    body = text[1:] if text[:1] in ("+", "-") else text
    whole, _, part = body.partition(".")
    if not text.isascii() or len(text) > _MAX_NUMBER or not (whole + part).isdigit():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def as_moment(text: str) -> Decimal | None:
    """Seconds since 1970 of an epoch number or of a date: 2026, 2026-11, 2026-11-21, 2026-11-21T10:00[:00[.5]]Z."""
    if not text.isascii() or len(text) > _MAX_DATE:
        return None
    if text.removeprefix("-").isdigit():
        return Decimal(text)
    try:
        return _seconds(text)
    except (ValueError, OverflowError, InvalidOperation):
        return None


def _seconds(text: str) -> Decimal | None:
    date, has_time, time = text.partition("T")
    parts = date.split("-")
    if not all(part.isdigit() for part in parts) or [len(part) for part in parts] not in (
        [4],
        [4, 2],
        [4, 2, 2],
    ):
        return None
    year, month, day = (int(part) for part in [*parts, "1", "1"][:3])
    at = datetime(year, month, day, tzinfo=UTC)
    if not has_time:
        return _epoch(at)
    if len(parts) < 3:
        return None
    clock, offset = _split_zone(time)
    pieces = clock.split(":")
    if not 2 <= len(pieces) <= 3 or offset is None:
        return None
    second, _, fraction = (pieces[2] if len(pieces) == 3 else "00").partition(".")
    if not all(len(piece) == 2 and piece.isdigit() for piece in [*pieces[:2], second]):
        return None
    if fraction and not fraction.isdigit():
        return None
    at = at.replace(hour=int(pieces[0]), minute=int(pieces[1]), second=int(second))
    return _epoch(at - offset) + (Decimal(f"0.{fraction}") if fraction else 0)


def _split_zone(time: str) -> tuple[str, timedelta | None]:
    """Clock and offset from UTC; without a zone it is UTC."""
    if time.endswith(("Z", "z")):
        return time[:-1], timedelta()
    clock, sign, zone = time[:-6], time[-6:-5], time[-5:]
    if sign not in ("+", "-") or zone[2:3] != ":":
        return time, timedelta()
    hours, minutes = zone[:2], zone[3:]
    if not (hours + minutes).isdigit() or int(hours) > 23 or int(minutes) > 59:
        return clock, None
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return clock, -offset if sign == "-" else offset


def _epoch(at: datetime) -> Decimal:
    return Decimal(int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()))


@dataclass(frozen=True, slots=True)
class Network:
    """`bits`: 32 or 128; `value` is the address as a number, of which `prefix` bits count."""

    bits: int
    value: int
    prefix: int

    def contains(self, other: Network) -> bool:
        """Is `other` (an address, or a smaller network) within this one? IPv4 and IPv6 never are within each other."""
        if self.bits != other.bits or other.prefix < self.prefix:
            return False
        shift = self.bits - self.prefix
        return self.value >> shift == other.value >> shift


def as_network(text: str) -> Network | None:
    """An address, with or without the length of its prefix."""
    written, slash, prefix = text.partition("/")
    if not text.isascii() or len(text) > 60 or "%" in text:
        return None
    try:
        address: IPv4Address | IPv6Address = ip_address(written)
    except ValueError:
        return None
    bits = address.max_prefixlen
    if not slash:
        return Network(bits, int(address), bits)
    if not prefix.isdigit() or len(prefix) > 3 or int(prefix) > bits:
        return None
    return Network(bits, int(address), int(prefix))


def as_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
