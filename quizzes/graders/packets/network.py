"""A small network as drills describe it, read and checked.

    vpc: 10.0.0.0/16
    subnets: {web: {cidr: 10.0.1.0/24, routes: public, acl: open}, …}
    hosts:   {web1: {ip: 10.0.1.10, subnet: web, groups: [web], public: true}, …}
    routes:  {public: [{to: 10.0.0.0/16, via: local}, {to: 0.0.0.0/0, via: igw}], …}     via: local, igw, nat, or a name
    acls:    {open: {in: [{rule: 100, action: allow, protocol: tcp, ports: "80", cidr: 0.0.0.0/0}], out: […]}, …}
    groups:  {web: {in: [{protocol: tcp, ports: "443", from: 0.0.0.0/0}], out: [{protocol: all, to: 0.0.0.0/0}]}, …}

`ports` is one port, a range as 1024-65535, or all (also when left out). `from` and `to` of a group are a network or the
name of a group. A group without `out` lets everything out; a host or subnet that names no ACL or routes has open ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Any

MOST_RULES = 100
PROTOCOLS = ("tcp", "udp", "icmp", "all")


class BadNetwork(ValueError):
    """A network, or a part that a learner wrote, that means nothing. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ACL or group. `peer`: a network, or the name of a group; `number` and `allow` are an ACL's."""

    protocol: str
    low: int
    high: int
    peer: IPv4Network | str
    number: int = 0
    allow: bool = True
    written: str = ""

    def fits(self, protocol: str, port: int) -> bool:
        if self.protocol not in ("all", protocol):
            return False
        return protocol == "icmp" or self.low <= port <= self.high


@dataclass(frozen=True, slots=True)
class Sides:
    """Rules for what comes in and what goes out."""

    incoming: tuple[Rule, ...]
    outgoing: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Subnet:
    name: str
    cidr: IPv4Network
    routes: str
    acl: str


@dataclass(frozen=True, slots=True)
class Host:
    name: str
    ip: IPv4Address
    subnet: str
    groups: tuple[str, ...]
    public: bool


@dataclass(frozen=True, slots=True)
class Network:
    vpc: IPv4Network
    subnets: Mapping[str, Subnet]
    hosts: Mapping[str, Host]
    routes: Mapping[str, tuple[tuple[IPv4Network, str], ...]]
    acls: Mapping[str, Sides]
    groups: Mapping[str, Sides]
    peers: Mapping[str, IPv4Network] = field(default_factory=dict)


def read_network(given: Any) -> Network:
    """Raises BadNetwork."""
    if not isinstance(given, Mapping):
        raise BadNetwork("A network has vpc, subnets, hosts, routes, acls and groups.")
    subnets = {name: _subnet(name, one) for name, one in _named(given, "subnets")}
    groups = {name: _sides(one, f"groups.{name}", _group_rule) for name, one in _named(given, "groups")}
    acls = {name: _sides(one, f"acls.{name}", _acl_rule) for name, one in _named(given, "acls")}
    routes = {name: tuple(_routes(one, f"routes.{name}")) for name, one in _named(given, "routes")}
    hosts = {name: _host(name, one) for name, one in _named(given, "hosts")}
    network = Network(_cidr(given.get("vpc"), "vpc"), subnets, hosts, routes, acls, groups)
    _agree(network)
    return network


def _agree(network: Network) -> None:
    for subnet in network.subnets.values():
        if subnet.routes and subnet.routes not in network.routes:
            raise BadNetwork(f"Subnet {subnet.name} names a route table that is not there.")
        if subnet.acl and subnet.acl not in network.acls:
            raise BadNetwork(f"Subnet {subnet.name} names an ACL that is not there.")
    for host in network.hosts.values():
        if host.subnet not in network.subnets or set(host.groups) - set(network.groups):
            raise BadNetwork(f"Host {host.name} names a subnet or a group that is not there.")
        if host.ip not in network.subnets[host.subnet].cidr:
            raise BadNetwork(f"Host {host.name} has an address outside of its subnet.")
    named = {rule.peer for sides in network.groups.values() for rule in (*sides.incoming, *sides.outgoing)}
    if strange := sorted(peer for peer in named if isinstance(peer, str) and peer not in network.groups):
        raise BadNetwork(
            f"“{strange[0][:40]}” is neither a network such as 10.0.0.0/16 nor a security group."
        )


def _named(given: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    part = given.get(key, {})
    if not isinstance(part, Mapping) or len(part) > MOST_RULES:
        raise BadNetwork(f"`{key}` must be names with what they hold.")
    for name, one in part.items():
        yield str(name), one


def _subnet(name: str, one: Any) -> Subnet:
    if not isinstance(one, Mapping):
        raise BadNetwork(f"Subnet {name} needs a cidr.")
    return Subnet(
        name, _cidr(one.get("cidr"), f"subnet {name}"), str(one.get("routes", "")), str(one.get("acl", ""))
    )


def _host(name: str, one: Any) -> Host:
    if not isinstance(one, Mapping) or not isinstance(one.get("groups", []), list):
        raise BadNetwork(f"Host {name} needs ip, subnet and a list of groups.")
    try:
        ip = IPv4Address(str(one.get("ip")))
    except ValueError:
        raise BadNetwork(f"Host {name} has no IPv4 address.") from None
    groups = tuple(str(group) for group in one.get("groups", []))
    return Host(name, ip, str(one.get("subnet")), groups, one.get("public") is True)


def _routes(table: Any, where: str) -> Iterator[tuple[IPv4Network, str]]:
    for number, one in enumerate(_list(table, where), 1):
        place = f"{where}, line {number}"
        if not isinstance(one, Mapping) or set(one) != {"to", "via"} or not isinstance(one["via"], str):
            raise BadNetwork(f"{place}: a route is {{to: a network, via: where it leads}}.")
        yield _cidr(one["to"], place), one["via"]


def _sides(given: Any, where: str, read: Any) -> Sides:
    if not isinstance(given, Mapping) or set(given) - {"in", "out"}:
        raise BadNetwork(f"{where} has rules `in` and `out`.")
    incoming = tuple(
        read(one, f"{where}.in, line {n}") for n, one in enumerate(_list(given.get("in", []), where), 1)
    )
    default = [] if read is _acl_rule else [{"protocol": "all", "to": "0.0.0.0/0"}]
    out = _list(given.get("out", default), where)
    outgoing = tuple(read(one, f"{where}.out, line {n}") for n, one in enumerate(out, 1))
    return Sides(incoming, outgoing)


def _acl_rule(one: Any, where: str) -> Rule:
    if not isinstance(one, Mapping) or set(one) - {"rule", "action", "protocol", "ports", "cidr"}:
        raise BadNetwork(f"{where}: an ACL rule has rule, action, protocol, ports and cidr.")
    number, action = one.get("rule"), one.get("action")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 32_766:
        raise BadNetwork(f"{where}: `rule` must be a number from 1 to 32766.")
    if action not in ("allow", "deny"):
        raise BadNetwork(f"{where}: `action` must be allow or deny.")
    protocol, low, high = _protocol(one, where), *_ports(one.get("ports", "all"), where)
    return Rule(protocol, low, high, _cidr(one.get("cidr"), where), number, action == "allow", _written(one))


def _group_rule(one: Any, where: str) -> Rule:
    side = "from" if ".in," in where else "to"
    if not isinstance(one, Mapping) or set(one) - {"protocol", "ports", side} or side not in one:
        raise BadNetwork(
            f"{where}: a rule has protocol, ports and {side}. Security groups only allow, they never deny."
        )
    protocol, low, high = _protocol(one, where), *_ports(one.get("ports", "all"), where)
    peer = str(one[side])
    named: IPv4Network | str = _cidr(peer, where) if "/" in peer else peer
    return Rule(protocol, low, high, named, written=_written(one))


def _written(one: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in one.items())[:200]


def _protocol(one: Mapping[str, Any], where: str) -> str:
    protocol = str(one.get("protocol", "all")).lower()
    protocol = {"-1": "all", "6": "tcp", "17": "udp", "1": "icmp"}.get(protocol, protocol)
    if protocol not in PROTOCOLS:
        raise BadNetwork(f"{where}: `protocol` must be one of {', '.join(PROTOCOLS)}.")
    return protocol


def _ports(given: Any, where: str) -> tuple[int, int]:
    if given == "all":
        return 0, 65_535
    low, _, high = str(given).replace(" ", "").partition("-")
    if (
        not (low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit())))
        or len(low + high) > 10
    ):
        raise BadNetwork(f"{where}: `ports` must be a port, a range as 1024-65535, or all.")
    ends = int(low), int(high or low)
    if not ends[0] <= ends[1] <= 65_535:
        raise BadNetwork(f"{where}: ports are from 0 to 65535, the lower one first.")
    return ends


def _cidr(given: Any, where: str) -> IPv4Network:
    try:
        return IPv4Network(str(given))
    except ValueError:
        raise BadNetwork(f"{where}: “{str(given)[:40]}” is no IPv4 network such as 10.0.0.0/16.") from None


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list) or len(given) > MOST_RULES:
        raise BadNetwork(f"{where}: this must be a list of at most {MOST_RULES} rules.")
    return given
