"""What holds for all requests and all policies, meaningful or not."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.graders.iam.cases import BadCase, decide
from tests.quizzes.graders.iam.strategies import anything, cases, policies, statements

DECISIONS = {"Allowed", "ImplicitlyDenied", "ExplicitlyDenied"}
EVERYTHING = {"Effect": "Deny", "Action": "*", "Resource": "*"}
LAYERS = ["identity", "boundary", "session", "resource_policy", "scps"]


def with_statement(case: dict[str, Any], layer: str, statement: dict[str, Any]) -> dict[str, Any]:
    """The case with one more statement in a policy of this layer that is there already."""
    changed = deepcopy(case)
    found = changed[layer]
    while isinstance(found, list):
        found = found[0] if found else None
    if found is not None:
        found["Statement"].append(
            statement if layer != "resource_policy" else {**statement, "Principal": "*"}
        )
    return changed


@settings(max_examples=60)
@given(cases())
def test_every_case_has_a_decision_and_always_the_same(case: dict[str, Any]) -> None:
    decision = decide(case)
    assert decision in DECISIONS
    assert decide(deepcopy(case)) == decision


@settings(max_examples=60)
@given(cases(), st.sampled_from(LAYERS), statements(effect="Deny"))
def test_one_more_deny_never_allows_more(case: dict[str, Any], layer: str, deny: dict[str, Any]) -> None:
    before, after = decide(case), decide(with_statement(case, layer, deny))
    assert before == "Allowed" or after != "Allowed"
    assert before != "ExplicitlyDenied" or after == "ExplicitlyDenied"


@settings(max_examples=60)
@given(cases(), st.sampled_from(LAYERS), statements(effect="Allow"))
def test_one_more_allow_never_denies_more(case: dict[str, Any], layer: str, allow: dict[str, Any]) -> None:
    before, after = decide(case), decide(with_statement(case, layer, allow))
    assert before != "Allowed" or after == "Allowed"
    assert (before == "ExplicitlyDenied") == (after == "ExplicitlyDenied")


@settings(max_examples=60)
@given(cases(), st.sampled_from(LAYERS))
def test_a_deny_of_everything_wins_wherever_it_stands(case: dict[str, Any], layer: str) -> None:
    case["principal"] = "arn:aws:iam::111122223333:user/ann"
    changed = with_statement(case, layer, EVERYTHING)
    if changed != case:
        assert decide(changed) == "ExplicitlyDenied"


@settings(max_examples=60)
@given(cases(), policies())
def test_an_scp_a_boundary_and_a_session_policy_grant_nothing(
    case: dict[str, Any], policy: dict[str, Any]
) -> None:
    for limit in ({"scps": [*case["scps"], [policy]]}, {"boundary": policy}, {"session": policy}):
        without = {**case, **{key: [] if key == "scps" else None for key in limit}}
        if next(iter(limit)) == "scps":
            without = case
        assert decide(without) == "Allowed" or decide({**without, **limit}) != "Allowed"


@settings(max_examples=60)
@given(cases(), st.permutations(range(3)))
def test_the_order_of_statements_is_no_matter(case: dict[str, Any], order: list[int]) -> None:
    changed = deepcopy(case)
    for policy in changed["identity"]:
        listed = policy["Statement"]
        policy["Statement"] = [listed[place] for place in order if place < len(listed)]
    assert decide(changed) == decide(case)


@settings(max_examples=150)
@given(
    st.fixed_dictionaries(
        {"action": st.text(max_size=12) | st.just("s3:GetObject"), "resource": st.text(max_size=30)},
        optional=dict.fromkeys(("principal", "context", "resource_account", *LAYERS), anything),
    )
)
def test_no_document_whatever_is_a_surprise(case: dict[str, Any]) -> None:
    with suppress(BadCase):
        assert decide(case) in DECISIONS


@given(anything)
def test_no_case_whatever_is_a_surprise(case: Any) -> None:
    with suppress(BadCase):
        assert decide(case) in DECISIONS


@pytest.mark.parametrize(
    "odd",
    [{"context": [1]}, {"context": "x"}, {"principal": ["x"]}, {"principal": 3}, {"principal": {"AWS": {"a": "b"}}},
     {"resource_account": {"a": 1}}, {"resource_account": [1]}, {"resource_account": True}],
)  # fmt: skip
def test_a_case_of_another_shape_is_no_case(odd: dict[str, Any]) -> None:
    """Taken for nobody, or for a context without keys, it would be decided as if it had been meant so."""
    case = {"action": "s3:GetObject", "resource": "arn:aws:s3:::tea/leaf", "resource_account": 111122223333}
    everybody = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}
    assert decide({**case, "resource_policy": everybody}) == "Allowed"
    with pytest.raises(BadCase):
        decide({**case, "resource_policy": everybody, **odd})
