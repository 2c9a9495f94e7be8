"""Packets through groups, ACLs and routes: each rule of the vendor once, hop by hop."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from quizzes import graders
from quizzes.graders.base import Choice
from quizzes.graders.packets.network import BadNetwork, read_network
from quizzes.graders.packets.sending import Packet, send
from quizzes.graders.registry import get
from tests.quizzes.graders.samples import drill

NETWORK: dict[str, Any] = drill("packets")["network"]
OPEN = [{"rule": 100, "action": "allow", "protocol": "all", "cidr": "0.0.0.0/0"}]


def network(**changes: Any) -> Any:
    """The sample's network; keys are paths with __ for the dot, values replace what stands there."""
    given = copy.deepcopy(NETWORK)
    given["acls"]["edge"] = {"in": OPEN, "out": OPEN}
    for path, value in changes.items():
        *way, last = path.split("__")
        place = given
        for step in way:
            place = place[step]
        place[last] = value
    return read_network(given)


def stopped(net: Any, source: str, target: str, port: int = 443, protocol: str = "tcp") -> str:
    """Where a packet is stopped, with its direction; "" when it arrives and the reply too."""
    last = send(net, Packet(source, target, port, protocol))[-1]
    return "" if last.ok else f"{last.direction}: {last.place}"


OUTSIDE = "203.0.113.9"


def test_a_public_server_is_reached_and_answers() -> None:
    assert stopped(network(), OUTSIDE, "web") == ""
    assert stopped(network(), "web", OUTSIDE, 80) == ""


def test_groups_refuse_what_they_do_not_allow_but_let_replies_pass() -> None:
    assert stopped(network(), OUTSIDE, "web", 22) == "out: Security groups of web, inbound"
    closed = network(groups__web={"in": [], "out": []})
    assert stopped(closed, "web", OUTSIDE) == "out: Security groups of web, outbound"
    quiet = network(groups__web={"in": [{"protocol": "tcp", "ports": 443, "from": "0.0.0.0/0"}], "out": []})
    assert stopped(quiet, OUTSIDE, "web") == ""  # the reply needs no rule


def test_a_group_may_name_another_group() -> None:
    assert stopped(network(), "web", "db", 5432) == ""
    alone = network(hosts__web={"ip": "10.0.1.10", "subnet": "front", "groups": [], "public": True})
    assert stopped(alone, "web", "db", 5432) == "out: Security groups of web, outbound"


def test_acls_go_by_number_and_know_no_connections() -> None:
    deny_first = [
        {"rule": 90, "action": "deny", "protocol": "tcp", "ports": 443, "cidr": "203.0.113.0/24"},
        *OPEN,
    ]
    assert stopped(network(acls__edge={"in": deny_first, "out": OPEN}), OUTSIDE, "web").endswith(
        "front, inbound"
    )
    deny_last = [{**deny_first[0], "rule": 110}, *OPEN]
    assert stopped(network(acls__edge={"in": deny_last, "out": OPEN}), OUTSIDE, "web") == ""
    only_443 = [{"rule": 100, "action": "allow", "protocol": "tcp", "ports": 443, "cidr": "0.0.0.0/0"}]
    half = network(acls__edge={"in": OPEN, "out": only_443})
    assert stopped(half, OUTSIDE, "web") == "back: Network ACL of subnet front, outbound"
    assert stopped(network(acls__edge={"in": only_443, "out": OPEN}), "web", OUTSIDE) == (
        "back: Network ACL of subnet front, inbound"
    )


def test_an_acl_is_not_asked_within_a_subnet() -> None:
    closed: dict[str, Any] = {"in": [], "out": []}
    two = {**NETWORK["hosts"], "api": {"ip": "10.0.1.11", "subnet": "front", "groups": ["web"]}}
    assert stopped(network(acls__edge=closed, hosts=two), "api", "web") == ""
    assert (
        stopped(network(acls__edge=closed), "web", "db", 5432) == "out: Network ACL of subnet front, outbound"
    )


def test_the_most_specific_route_counts() -> None:
    lost = [{"to": "10.0.0.0/16", "via": "local"}, {"to": "10.0.2.0/24", "via": "nat"}]
    assert stopped(network(routes__public=lost), "web", "db", 5432) == "out: Route table of subnet front"
    assert stopped(network(routes__public=lost), "web", OUTSIDE) == "out: Route table of subnet front"


def test_an_internet_gateway_needs_a_public_address() -> None:
    private = {**NETWORK["hosts"]["web"], "public": False}
    assert stopped(network(hosts__web=private), OUTSIDE, "web") == "out: Way into the VPC"
    assert stopped(network(hosts__web=private), "web", OUTSIDE) == "out: Route table of subnet front"


def test_without_a_route_to_the_gateway_it_is_the_reply_that_is_lost() -> None:
    behind = [{"to": "10.0.0.0/16", "via": "local"}, {"to": "0.0.0.0/0", "via": "nat"}]
    assert stopped(network(routes__public=behind), OUTSIDE, "web") == "back: Route table of subnet front"
    assert stopped(network(routes__public=behind[:1]), OUTSIDE, "web") == "back: Route table of subnet front"


def test_behind_a_nat_gateway_one_gets_out_but_nobody_in() -> None:
    assert stopped(network(), "db", OUTSIDE) == ""
    assert stopped(network(), OUTSIDE, "db", 5432) == "out: Way into the VPC"


@pytest.mark.parametrize("protocol", ["udp", "icmp"])
def test_a_rule_is_for_its_protocol(protocol: str) -> None:
    assert stopped(network(), OUTSIDE, "web", 443, protocol) == "out: Security groups of web, inbound"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("5", "must be a list"),
        ("- {rule: 0, action: allow, cidr: 0.0.0.0/0}", "from 1 to 32766"),
        ("- {rule: 1, action: permit, cidr: 0.0.0.0/0}", "allow or deny"),
        ("- {rule: 1, action: allow, cidr: 10.0.0.0/33}", "no IPv4 network"),
        ("- {rule: 1, action: allow, cidr: 10.0.0.1/16}", "no IPv4 network"),
        ("- {rule: 1, action: allow, cidr: 0.0.0.0/0, ports: 90-80}", "the lower one first"),
        ("- {rule: 1, action: allow, cidr: 0.0.0.0/0, ports: http}", "`ports` must be"),
        ("- {rule: 1, action: allow, cidr: 0.0.0.0/0, port: 80}", "an ACL rule has"),
        ("- {rule: 1, action: allow, cidr: 0.0.0.0/0, protocol: ftp}", "`protocol` must be"),
    ],
)
def test_rules_that_mean_nothing_are_refused_with_their_place(written: str, words: str) -> None:
    verdict = graders.grade(drill("packets"), 0, written)
    assert words in verdict.error


def test_a_security_group_never_denies() -> None:
    spec = drill("packets", edit="groups.web.in")
    verdict = graders.grade(spec, 0, "- {action: deny, protocol: tcp, ports: 80, from: 0.0.0.0/0}")
    assert "only allow" in verdict.error


def test_the_learner_may_write_the_name_of_the_side_as_well() -> None:
    spec = drill("packets")
    wrapped = "out:\n  - {rule: 100, action: allow, protocol: tcp, ports: 1024-65535, cidr: 0.0.0.0/0}"
    assert graders.grade(spec, 0, wrapped).ok


@pytest.mark.parametrize(
    "changes",
    [
        {"subnets": {"a": {"cidr": "10.0.1.0/24", "routes": "none"}}},
        {"hosts": {"web": {"ip": "10.9.9.9", "subnet": "front", "groups": []}}},
        {"hosts": {"web": {"ip": "10.0.1.10", "subnet": "front", "groups": ["none"]}}},
        {"groups": {"web": {"in": [{"protocol": "tcp", "from": "nobody"}]}}},
        {"vpc": "here"},
        {"hosts": []},
    ],
)
def test_a_network_must_fit_together(changes: dict[str, Any]) -> None:
    with pytest.raises(BadNetwork):
        read_network({**NETWORK, **changes})


def test_where_a_packet_ends_is_asked_with_the_places_on_its_way() -> None:
    choices = graders.widget(drill("verdict"), 0).choices
    assert choices[0] == Choice("arrives", "It arrives, and the reply comes back")
    assert [choice.text for choice in choices[1:4]] == [
        "It is stopped at: Way into the VPC",
        "It is stopped at: Network ACL of subnet front, inbound",
        "It is stopped at: Security groups of web, inbound",
    ]
    verdict = graders.grade(drill("verdict"), 0, "1")
    assert verdict.ok
    assert verdict.trace[0]["rows"][-1]["ok"] is False
    assert "Choose one" in graders.grade(drill("verdict"), 0, "99").error


def test_every_other_place_is_a_wrong_answer() -> None:
    spec = drill("verdict")
    wrong = dict(get("packets").wrong(spec))
    assert "1" not in wrong and "arrives" in wrong
    for answer, sentence in wrong.items():
        assert any(check.say.startswith(sentence) for check in graders.grade(spec, 0, answer).checks)
    assert list(get("packets").wrong(drill("packets"))) == []


def test_a_check_may_name_the_way_out() -> None:
    spec = {**drill("packets"), "edit": "routes.private"}
    job = {"ip": "10.0.2.30", "subnet": "back", "groups": ["db"]}
    spec["network"] = {**NETWORK, "hosts": {**NETWORK["hosts"], "job": job}}
    check = {
        "from": "job",
        "to": "172.31.0.9",
        "port": 443,
        "reaches": True,
        "by": "pcx-1",
        "say": "The partner.",
    }
    spec["checks"] = [check]
    nat = "- {to: 0.0.0.0/0, via: nat}"
    assert not get("packets").grade(nat, spec).ok
    assert get("packets").grade(f"{nat}\n- {{to: 172.31.0.0/16, via: pcx-1}}", spec).ok
    assert get("packets").grade(nat, {**spec, "checks": [{**check, "by": "nat"}]}).ok
