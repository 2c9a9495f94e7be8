"""Addresses: how many a subnet has, which network an address is in."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_address

from quizzes.graders.calculators.base import calculator, need


@calculator("https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html")
def subnet_addresses(prefix: int) -> int:
    """Addresses of an IPv4 subnet that can be used: five of each are reserved."""
    need(16 <= prefix <= 28, "a subnet is from /16 to /28")
    return int(2 ** (32 - prefix) - 5)


@calculator("https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html")
def smallest_prefix(hosts: int) -> int:
    """The prefix length of the smallest subnet with room for so many addresses."""
    need(1 <= hosts <= 65_531, "a subnet has up to 65,531 usable addresses")
    return next(prefix for prefix in range(28, 15, -1) if subnet_addresses(prefix) >= hosts)


@calculator("https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html")
def chosen_route(address: str, routes: list[list[str]]) -> str:
    """Target of the most specific route [network, target] to an address; "" when there is none."""
    found = [(IPv4Network(network), target) for network, target in routes]
    fitting = [(net.prefixlen, target) for net, target in found if ip_address(address) in net]
    return max(fitting)[1] if fitting else ""
