"""Files that are renamed, moved, split and merged: their statements keep their rows, whatever the upload calls them."""

from __future__ import annotations

import pytest

from content.models import Certification, Fact, Source
from tests.importing import HARBOUR, MARKET, certification, publish_content

pytestmark = [pytest.mark.django_db, pytest.mark.servers]
TIDES = """\
# Tides

## Spring tide

- A spring tide comes after the new moon and after the full moon.
- The harbour gate is closed for two hours around a spring tide.
- Ships with a deep keel wait outside until the water falls.

## Neap tide

- A neap tide comes when the moon is half.
- Small boats leave the inner basin at any hour of a neap tide.
- The dredger works in the channel during a neap tide.
- Divers look after the chains of the buoys in that week.
"""
SPRING, NEAP = TIDES.split("## Neap tide\n")


@pytest.fixture
def harbour() -> Certification:
    return certification()


def rows() -> dict[str, int]:
    return dict(Fact.objects.exclude(state=Fact.State.RETIRED).values_list("text", "pk"))


def live_paths() -> set[str]:
    return set(Source.objects.filter(retired=False).values_list("path", flat=True))


def test_a_renamed_and_edited_file_keeps_its_row(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES, "market.md": MARKET})
    before = rows()
    source = Source.objects.get(path="tides.md")
    text = (
        TIDES.replace("in that week", "in those days") + "- The gate is painted once a year.\n- It is red.\n"
    )
    changes = publish_content(harbour, {"coast/water.md": text, "market.md": MARKET})
    assert Source.objects.get(pk=source.pk).path == "coast/water.md"
    assert live_paths() == {"coast/water.md", "market.md"}
    assert set(before.values()) <= set(rows().values())
    assert (changes.facts.counts()["retired"], changes.facts.counts()["edited"]) == (0, 1)


def test_a_renamed_file_whose_lines_were_joined_keeps_its_row(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES, "market.md": MARKET})
    source = Source.objects.get(path="tides.md")
    joined = TIDES.replace("moon.\n- The", "moon, and the").replace("half.\n- Small", "half, and small")
    joined = joined.replace("neap tide.\n- Divers", "neap tide, and divers")
    publish_content(harbour, {"water.md": joined, "market.md": MARKET})
    assert Source.objects.get(pk=source.pk).path == "water.md"
    assert live_paths() == {"water.md", "market.md"}


def test_a_renamed_folder_keeps_everything(harbour: Certification) -> None:
    publish_content(harbour, {"a/tides.md": TIDES, "a/market.md": MARKET, "a/harbour.md": HARBOUR})
    before = rows()
    changes = publish_content(
        harbour, {"b/c/tides.md": TIDES, "b/c/market.md": MARKET, "b/c/harbour.md": HARBOUR}
    )
    assert rows() == before
    assert changes.facts.counts()["kept"] == len(before)
    assert live_paths() == {"b/c/tides.md", "b/c/market.md", "b/c/harbour.md"}


def test_a_file_that_was_split_keeps_its_statements(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES})
    before = rows()
    publish_content(harbour, {"spring.md": SPRING, "neap.md": f"# Tides\n\n## Neap tide\n{NEAP}"})
    assert rows() == before
    assert live_paths() == {"spring.md", "neap.md"}
    assert Fact.objects.get(text__startswith="Divers").source.path == "neap.md"
    assert Fact.objects.get(text__startswith="Ships").source.path == "spring.md"


def test_a_file_that_lost_a_part_to_another_one_keeps_its_statements(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES})
    before = rows()
    changes = publish_content(harbour, {"tides.md": SPRING, "neap.md": f"# Tides\n\n## Neap tide\n{NEAP}"})
    assert rows() == before
    assert changes.facts.counts()["moved"] == 4


def test_files_that_were_merged_keep_their_statements(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES, "market.md": MARKET, "harbour.md": HARBOUR})
    before = rows()
    changes = publish_content(harbour, {"harbour.md": f"{HARBOUR}\n{TIDES}", "market.md": MARKET})
    assert rows() == before
    assert changes.facts.counts()["retired"] == 0
    assert live_paths() == {"harbour.md", "market.md"}
    assert Source.objects.get(path="tides.md").retired
    # The same upload again changes nothing, and the file may come back.
    assert not publish_content(harbour, {"harbour.md": f"{HARBOUR}\n{TIDES}", "market.md": MARKET}).written
    publish_content(harbour, {"harbour.md": HARBOUR, "tides.md": TIDES, "market.md": MARKET})
    assert rows() == before
    assert live_paths() == {"harbour.md", "tides.md", "market.md"}


def test_a_file_that_is_only_not_uploaded_is_left_alone(harbour: Certification) -> None:
    publish_content(harbour, {"tides.md": TIDES, "market.md": MARKET})
    before = rows()
    publish_content(harbour, {"market.md": MARKET, "summary.md": f"# Summary\n\n{NEAP[:120]}\n"})
    assert before.items() <= rows().items()
    assert live_paths() == {"tides.md", "market.md", "summary.md"}


def test_two_files_may_trade_their_names(harbour: Certification) -> None:
    publish_content(harbour, {"a.md": TIDES, "b.md": HARBOUR})
    before = rows()
    publish_content(harbour, {"a.md": HARBOUR, "b.md": TIDES})
    assert rows() == before
