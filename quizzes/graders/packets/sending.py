"""One packet and its reply through a network, hop by hop.

Groups remember connections and only allow (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html);
ACLs look at every packet that crosses a subnet's border, by rule number, replies on ephemeral ports included
(https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html); of routes the most specific one counts
(https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html). All read on 2026-11-21.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from quizzes.graders.packets.network import PROTOCOLS, BadNetwork, Host, Network, Rule, Subnet

EPHEMERAL = 49_152  # a port that every kind of client uses for its own end
Direction = Literal["out", "back"]


@dataclass(frozen=True, slots=True)
class Packet:
    """`source` and `target` are hosts of the network, or addresses outside of it."""

    source: str
    target: str
    port: int
    protocol: str = "tcp"
    reply_port: int = EPHEMERAL


@dataclass(frozen=True, slots=True)
class Hop:
    place: str
    direction: Direction
    rule: str
    ok: bool
    say: str


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a connection: inside with a host, or outside."""

    ip: IPv4Address
    host: Host | None
    subnet: Subnet | None


def send(network: Network, packet: Packet, stop: bool = True) -> list[Hop]:
    """The hops of a packet and of its reply, up to the one that stops it; with `stop=False`, all that it would meet."""
    if (
        packet.protocol not in PROTOCOLS[:3]
        or not 0 <= min(packet.port, packet.reply_port) <= max(packet.port, packet.reply_port) <= 65_535
    ):
        raise BadNetwork("A packet has a port from 0 to 65535 and a protocol tcp, udp or icmp.")
    one, other = _end(network, packet.source), _end(network, packet.target)
    found: list[Hop] = []
    for hop in (
        *_way(network, one, other, packet.protocol, packet.port, "out"),
        *_way(network, other, one, packet.protocol, packet.reply_port, "back"),
    ):
        found.append(hop)
        if stop and not hop.ok:
            break
    return found


def _end(network: Network, name: str) -> _End:
    host = network.hosts.get(name)
    if host is not None:
        return _End(host.ip, host, network.subnets[host.subnet])
    try:
        ip = IPv4Address(name)
    except ValueError:
        raise BadNetwork(f"“{name[:40]}” is neither a host of the network nor an address.") from None
    inside = next((one for one in network.hosts.values() if one.ip == ip), None)
    return _End(ip, inside, network.subnets[inside.subnet] if inside else None)


def _way(
    network: Network, one: _End, other: _End, protocol: str, port: int, direction: Direction
) -> list[Hop]:
    """Hops in one direction. Groups are asked only on the way out: they let replies pass."""
    hops = []
    crosses = one.subnet is None or other.subnet is None or one.subnet.name != other.subnet.name
    if one.host is not None and direction == "out":
        hops.append(_groups(network, one.host, other, protocol, port, "out"))
    if one.subnet is not None and crosses:
        hops.append(_acl(network, one.subnet, other.ip, protocol, port, "out", direction))
        hops.append(_route(network, one, other, direction))
    if other.subnet is not None and crosses:
        if one.subnet is None:
            hops.append(_from_outside(network, other, direction))
        hops.append(_acl(network, other.subnet, one.ip, protocol, port, "in", direction))
    if other.host is not None and direction == "out":
        hops.append(_groups(network, other.host, one, protocol, port, "in"))
    return hops


def _groups(network: Network, host: Host, peer: _End, protocol: str, port: int, side: str) -> Hop:
    place = f"Security groups of {host.name}, {'inbound' if side == 'in' else 'outbound'}"
    for name in host.groups:
        sides = network.groups[name]
        for rule in sides.incoming if side == "in" else sides.outgoing:
            if rule.fits(protocol, port) and _is_peer(rule, peer):
                return Hop(
                    place, "out", f"{name}: {rule.written}", True, "A rule allows it, and its reply with it."
                )
    return Hop(place, "out", "no rule", False, "No rule allows it, and what no group allows is refused.")


def _is_peer(rule: Rule, peer: _End) -> bool:
    if isinstance(rule.peer, str):
        return peer.host is not None and rule.peer in peer.host.groups
    return peer.ip in rule.peer


def _acl(
    network: Network,
    subnet: Subnet,
    peer: IPv4Address,
    protocol: str,
    port: int,
    side: str,
    direction: Direction,
) -> Hop:
    place = f"Network ACL of subnet {subnet.name}, {'inbound' if side == 'in' else 'outbound'}"
    if not subnet.acl:
        return Hop(place, direction, "default ACL", True, "The default ACL allows everything.")
    sides = network.acls[subnet.acl]
    rules = sides.incoming if side == "in" else sides.outgoing
    for rule in sorted(rules, key=lambda one: one.number):
        if rule.fits(protocol, port) and not isinstance(rule.peer, str) and peer in rule.peer:
            verb = "allows" if rule.allow else "denies"
            return Hop(
                place,
                direction,
                rule.written,
                rule.allow,
                f"Rule {rule.number} is the first that fits: it {verb}.",
            )
    reply = (
        " The reply goes to an ephemeral port, and an ACL knows no connections."
        if direction == "back"
        else ""
    )
    return Hop(place, direction, "*", False, f"No rule fits, so the last line denies.{reply}")


def _route(network: Network, one: _End, other: _End, direction: Direction) -> Hop:
    subnet = one.subnet
    if subnet is None:
        raise BadNetwork("Routes belong to subnets.")
    place = f"Route table of subnet {subnet.name}"
    table = network.routes[subnet.routes] if subnet.routes else ((network.vpc, "local"),)
    fitting = [(net, via) for net, via in table if other.ip in net]
    if not fitting:
        return Hop(place, direction, "no route", False, f"There is no route to {other.ip}.")
    net, via = max(fitting, key=lambda route: route[0].prefixlen)
    rule = f"{net} → {via}"
    return _through(place, direction, rule, via, one, other)


def _through(place: str, direction: Direction, rule: str, via: str, one: _End, other: _End) -> Hop:
    """Whether the target of a route takes the packet where it wants to go."""
    inside = other.subnet is not None
    if via == "local":
        say = (
            "Inside the VPC, the local route leads to it."
            if inside
            else "Nothing in the VPC has this address."
        )
        return Hop(place, direction, rule, inside, say)
    if inside:
        return Hop(
            place, direction, rule, False, f"The route leads to {via}, away from a subnet of this VPC."
        )
    public = one.host is not None and one.host.public
    if via.startswith("igw"):
        say = "The internet gateway needs a public address" + (
            ", and it has one." if public else ", and it has none."
        )
        return Hop(place, direction, rule, public, say)
    if via.startswith("nat") and direction == "back":
        return Hop(place, direction, rule, False, "A NAT gateway only lets replies to its own hosts in.")
    return Hop(place, direction, rule, True, f"It leaves by {via}.")


def _from_outside(network: Network, other: _End, direction: Direction) -> Hop:
    """A packet from outside comes in by an internet gateway, or as the reply to what went out.

    A route table is asked by what leaves its subnet, so a missing route to the gateway stops the reply.
    """
    place = "Way into the VPC"
    if direction == "back":
        return Hop(place, direction, "reply", True, "It comes back the way it went.")
    public = other.host is not None and other.host.public
    say = "It has a public address, and the internet gateway knows it." if public else (
        "Without a public address, nothing from outside gets in."
    )  # fmt: skip
    return Hop(place, direction, "internet gateway", public, say)
