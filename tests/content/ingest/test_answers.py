"""Which edits change an answer: numbers, units, polarity and keys; and which only change the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.ingest.comparing.answers import key_differs, quantities, says_otherwise, still_says


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The gate stays open for 15 minutes", "The gate stays open for 20 minutes"),
        ("The hold takes 5 GB", "The hold takes 5 TB"),
        ("The rope is tied", "The rope is not tied"),
        ("Boats can enter at night", "Boats can't enter at night"),
        ("The lower gate opens before the upper one", "The lower gate opens after the upper one"),
        ("Fish is sold in a public hall", "Fish is sold in a private hall"),
        ("The lock is symmetric", "The lock is asymmetric"),
        ("Two pilots share a boat", "Three pilots share a boat"),
        ("It costs $3 a day", "It costs $4 a day"),
    ],
)
def test_another_answer(old: str, new: str) -> None:
    assert says_otherwise(old, new)
    assert says_otherwise(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The gate stays open for 15 minutes", "The gate stays open for 15 mins"),
        ("The gate stays open for 15 minutes", "For 15 minutes the **gate** stays open."),
        ("The hold takes 1,000 crates", "The hold takes 1000 crates"),
        ("Two pilots share a boat", "2 pilots share a boat"),
        ("The hold takes 5GB", "The hold takes 5 GB, since 2019"),
        ("The rope is tied twice", "The rope is tied twice; it is never cut on board"),
        ("Boats cannot enter at night", "Boats can't enter at night"),
        ("Pier T3 is the longest", "The pier is the longest"),
        ("A knot that does not slip under load", "A knot that stays as firm as it was when it was made"),
    ],
)
def test_other_words(old: str, new: str) -> None:
    assert not says_otherwise(old, new)
    assert not says_otherwise(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bowline", "Clove hitch"),
        ("North pier", "North pier annex"),
        ("T2", "T3"),
        ("14 days", "21 days"),
        ("14 days", "14 hours"),
        ("yes", "no"),
        ("inbound", "outbound"),
        ("pier-east-1", "pier-east-2"),
        ("a bell that rings at high water", "a lamp that burns on the far side of the bay"),
    ],
)
def test_another_key(old: str, new: str) -> None:
    assert key_differs(old, new)
    assert key_differs(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Bowline", "bowline."),
        ("Bowline", "Bowlien"),
        ("the harbour master", "harbour master"),
        ("14 days", "14 d"),
        ("a bell that rings at high water", "a bell that rings at high water, in every season of the year"),
        ("a bell that rings at high water", "the bell which rings at high water"),
    ],
)
def test_the_same_key(old: str, new: str) -> None:
    assert not key_differs(old, new)


def test_quantities_carry_their_units() -> None:
    assert quantities("Up to 15 mins, $2 and 1,500 MB at pier T3") == [
        ("15", "minute"),
        ("2", "$"),
        ("1500", "mb"),
    ]


def test_a_text_holds_its_keys_but_for_articles_and_small_edits() -> None:
    text = "A **bowline** is a knot that makes a loop which never slips under load"
    assert still_says(text, "Bowline")
    assert still_says(text, "the knot that makes a loop which never slips")
    assert still_says(text, "a knot that makes a loop which never slipped under load")
    assert not still_says(text, "reef knot")
    assert not still_says(text, "a hitch that holds a rope to a round post")


@given(st.text(max_size=80))
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert not says_otherwise(text, text)
    assert not key_differs(text, text)
