"""`packets`: security groups, network ACLs and routes, by sending packets through them hop by hop.

    network: {…}                        the whole network (see `network`); what the learner writes replaces one part
    edit: groups.web                    the part that is written: a group, an ACL, a route table, or a side of one, as
                                        acls.public.in; without it, nothing is written and `ask: verdict` is answered
    ask: verdict                        the learner says where a packet ends: choices are computed from the hops
    checks:
      - {from: web, to: 203.0.113.9, port: 443, reaches: true, label, say, hidden}
      - {from: admin, to: db, port: 5432, protocol: tcp, reaches: false, …}
      - {from: web, to: 172.31.0.9, port: 443, reaches: true, by: pcx-1, …}      and it takes this route's target
    packet: {from, to, port, protocol}  with `ask: verdict`; `say` for its check

A packet reaches its end when it gets there and the reply comes back, to port 49152 or to `reply_port` of a check.
Answers are JSON or YAML.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from quizzes.graders.base import Check, Choice, Grader, Problem, Spec, Trace, Verdict, Widget, grader
from quizzes.graders.loading import Unreadable, load
from quizzes.graders.packets.network import BadNetwork, Network, read_network
from quizzes.graders.packets.sending import EPHEMERAL, Hop, Packet, send

_ARRIVES = "arrives"


@grader("packets")
class Packets(Grader):
    keys = frozenset({"network", "edit", "ask", "packet", "say"})

    def validate(self, spec: Spec) -> Iterator[Problem]:
        try:
            network = read_network(spec.get("network"))
        except BadNetwork as error:
            yield Problem("network", str(error))
            return
        if spec.get("ask") == "verdict":
            yield from _packet_problems("packet", spec.get("packet"), network)
            if not isinstance(spec.get("say"), str):
                yield Problem("say", "The drill needs `say`: the rule that decides.")
            return
        if not isinstance(spec.get("edit"), str) or _part(spec["network"], spec["edit"]) is None:
            yield Problem(
                "edit", "This must lead to a part of `network`, such as groups.web or acls.public.in."
            )
        if not spec.get("checks"):
            yield Problem("checks", "There is nothing to check.")
        for place, check in enumerate(spec.get("checks") or ()):
            yield from _packet_problems(f"checks[{place}]", check, network)
            if not isinstance(check.get("reaches"), bool):
                yield Problem(f"checks[{place}]", "`reaches` must be true or false.")

    def widget(self, spec: Spec) -> Widget:
        if spec.get("ask") != "verdict":
            return Widget("textarea", language="yaml")
        hops = send(read_network(spec["network"]), _packet(spec["packet"]), stop=False)
        places = list(dict.fromkeys(_place(hop) for hop in hops))
        choices = [Choice(str(at), f"It is stopped at: {place}") for at, place in enumerate(places, 1)]
        return Widget("choice", choices=(Choice(_ARRIVES, "It arrives, and the reply comes back"), *choices))

    def answers(self, spec: Spec) -> Iterator[str]:
        if spec.get("ask") == "verdict":
            yield _right_choice(spec)

    def wrong(self, spec: Spec) -> Iterator[tuple[str, str]]:
        """With `ask: verdict`, every other place."""
        if spec.get("ask") == "verdict":
            right = _right_choice(spec)
            yield from (
                (choice.key, str(spec["say"])) for choice in self.widget(spec).choices if choice.key != right
            )

    def mutate(self, answer: str, spec: Spec) -> Iterator[str]:
        if spec.get("ask") == "verdict":
            yield from (choice.key for choice in self.widget(spec).choices if choice.key != answer)
            return
        try:
            written = load(answer)
        except Unreadable:
            return
        for broken in _broken(written):
            yield json.dumps(broken, indent=2)

    def grade(self, answer: str, spec: Spec) -> Verdict:
        if spec.get("ask") == "verdict":
            return self._foretold(answer.strip(), spec)
        try:
            network = read_network(_replaced(spec["network"], str(spec["edit"]), load(answer)))
        except (Unreadable, BadNetwork) as error:
            return Verdict.refused(str(error))
        checks, traces = [], []
        for check in spec["checks"]:
            hops = send(network, _packet(check))
            ok = all(hop.ok for hop in hops) == check["reaches"] and _taken(hops, check.get("by"))
            checks.append(Check(_label(check), ok, str(check["say"]), bool(check.get("hidden"))))
            traces.append(_trace(hops, _label(check)))
        return Verdict(tuple(checks), trace=tuple(traces))

    def _foretold(self, answer: str, spec: Spec) -> Verdict:
        choices = {choice.key: choice.text for choice in self.widget(spec).choices}
        if answer not in choices:
            return Verdict.refused("Choose one of the places.")
        right = _right_choice(spec)
        hops = send(read_network(spec["network"]), _packet(spec["packet"]))
        check = Check(_label(spec["packet"]), answer == right, f"{spec['say']} {choices[right]}.")
        return Verdict((check,), trace=(_trace(hops, check.label),))


def _taken(hops: list[Hop], target: Any) -> bool:
    """Whether the packet leaves by a route to this target; None: it does not matter."""
    return target is None or any(
        hop.direction == "out" and hop.rule.rpartition(" → ")[2] == str(target) for hop in hops
    )


def _broken(part: Any) -> Iterator[Any]:
    """A part of a network with one rule left out or changed: ports, networks, action, protocol, side."""
    if isinstance(part, list):
        for place, rule in enumerate(part):
            yield part[:place] + part[place + 1 :]
            for broken in _broken_rule(rule) if isinstance(rule, Mapping) else ():
                yield [*part[:place], broken, *part[place + 1 :]]
    elif isinstance(part, Mapping):
        for key in part:
            yield from ({**part, key: broken} for broken in _broken(part[key]))
        if {"in", "out"} <= set(part):
            yield {"in": part["out"], "out": part["in"]}


def _broken_rule(rule: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    ports = str(rule.get("ports", "all"))
    changes: list[tuple[str, Any]] = []
    if rule.get("protocol") != "icmp":  # which has no ports
        changes += [("ports", other) for other in ("all", "80", "22") if other != ports]
    changes += [("ports", ports.partition("-")[0])] if "-" in ports else []
    changes += [("protocol", "udp" if rule.get("protocol") == "tcp" else "tcp")]
    changes += [("action", "deny" if rule["action"] == "allow" else "allow")] if "action" in rule else []
    changes += [(key, "192.0.2.0/24") for key in ("cidr", "from", "to") if key in rule]
    changes += [(key, "0.0.0.0/0") for key in ("cidr", "from") if rule.get(key, "0.0.0.0/0") != "0.0.0.0/0"]
    changes += [("via", other) for other in ("igw", "nat", "local") if rule.get("via", other) != other]
    yield from ({**rule, key: value} for key, value in changes)


def _right_choice(spec: Spec) -> str:
    network, packet = read_network(spec["network"]), _packet(spec["packet"])
    places = list(dict.fromkeys(_place(hop) for hop in send(network, packet, stop=False)))
    hops = send(network, packet)
    return _ARRIVES if hops[-1].ok else str(places.index(_place(hops[-1])) + 1)


def _place(hop: Hop) -> str:
    return hop.place if hop.direction == "out" else f"{hop.place}, on the way back"


def _packet(given: Mapping[str, Any]) -> Packet:
    return Packet(
        str(given["from"]),
        str(given["to"]),
        int(given.get("port", 0)),
        str(given.get("protocol", "tcp")),
        int(given.get("reply_port", EPHEMERAL)),
    )


def _packet_problems(path: str, given: Any, network: Network) -> Iterator[Problem]:
    if not isinstance(given, Mapping) or not {"from", "to"} <= set(given):
        yield Problem(path, "This must have `from`, `to` and `port`.")
        return
    try:
        packet = _packet(given)
        send(network, packet)
    except (BadNetwork, ValueError, TypeError) as error:
        yield Problem(path, str(error))


def _label(check: Mapping[str, Any]) -> str:
    if check.get("label"):
        return str(check["label"])
    port = f" on port {check['port']}" if check.get("port") else ""
    return f"{check['from']} → {check['to']}{port}"


def _trace(hops: list[Hop], check: str) -> Trace:
    rows = [
        {"hop": hop.place, "direction": hop.direction, "rule": hop.rule, "say": hop.say, "ok": hop.ok}
        for hop in hops
    ]
    return {"kind": "hops", "check": check, "rows": rows}


def _part(network: Any, path: str) -> Any:
    for step in path.split("."):
        if not isinstance(network, Mapping) or step not in network:
            return None
        network = network[step]
    return network


def _replaced(network: Mapping[str, Any], path: str, part: Any) -> dict[str, Any]:
    whole = copy.deepcopy(dict(network))
    *way, last = path.split(".")
    place = whole
    for step in way:
        place = place[step]
    if isinstance(part, Mapping) and isinstance(place[last], list) and len(part) == 1 and last in part:
        part = part[last]  # written with its own name around it
    place[last] = part
    return whole
