"""IP addresses and CIDR blocks as ranges of hexadecimal digits.

An address in a pattern means the address, not its spelling: ::1 is also 0:0:0:0:0:0:0:1. A block has fewer leading bits
than the address: /0 to /31 for version 4, /0 to /127 for version 6.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html (IP address matching)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address

_V4 = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_V6 = re.compile(r"[0-9a-fA-F:]+")
_MASK = re.compile(r"[-+]?[0-9]{1,10}")
_DIGITS = frozenset("0123456789ABCDEF")
_LONGEST_V4, _LONGEST_V6 = 15, 64


class BadBlock(ValueError):
    """Why a text is no CIDR block, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses from `low` to `high`, both within, as hexadecimal digits of the same number."""

    low: str
    high: str

    def holds(self, signs: str) -> bool:
        """Whether the engine, which compares sign by sign, takes these signs for an address in here.

        It stops as soon as the first signs decide, and so looks at neither the length nor the kind of what it compares:
        an address of version 6 can be within a block of version 4, and the number 345 is within 52.0.0.0/8, which is
        34000000 to 34FFFFFF.
        """
        at_low = at_high = True
        for sign, low, high in zip(signs, self.low, self.high, strict=False):
            if sign not in _DIGITS or (at_low and sign < low) or (at_high and sign > high):
                return False
            at_low, at_high = at_low and sign == low, at_high and sign == high
            if not at_low and not at_high:
                return True
        return len(signs) >= len(self.low)


def digits(text: str) -> str | None:
    """The hexadecimal digits of an address: 8 for version 4, 32 for version 6; None when it is none."""
    if len(text) > _LONGEST_V6:
        return None
    if len(text) <= _LONGEST_V4 and _V4.fullmatch(text):
        parts = [int(part) for part in text.split(".")]
        return "".join(f"{part:02X}" for part in parts) if max(parts) < 256 else None
    if ":" in text and _V6.fullmatch(text):
        try:
            address = IPv6Address(text)
        except ValueError:
            return None
        mapped = address.ipv4_mapped
        return mapped.packed.hex().upper() if mapped else address.packed.hex().upper()
    return None


def single(text: str) -> Block | None:
    """The block of one address; None when the text is none."""
    found = digits(text)
    return Block(found, found) if found else None


def block(text: str) -> Block:
    """A block such as 10.0.0.0/8; bits after the mask do not count. Raises BadBlock."""
    address, slash, mask = text.partition("/")
    mask = mask.rstrip("/")
    if not slash or not mask or "/" in mask:
        raise BadBlock("it needs one slash, with the number of bits after it, as 10.0.0.0/8")
    found = digits(address)
    if found is None:
        raise BadBlock("what stands before the slash is no IP address")
    size = 4 * len(found)
    if not _MASK.fullmatch(mask) or not 0 <= int(mask) < size:
        raise BadBlock(f"the number of bits must be from 0 to {size - 1}")
    free = size - int(mask)
    low = int(found, 16) >> free << free
    return Block(f"{low:0{len(found)}X}", f"{low | ((1 << free) - 1):0{len(found)}X}")
