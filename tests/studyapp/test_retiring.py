"""A source can be taken out: what only it told goes, what others tell stays, and it can come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.models import Certification, Fact, Source, Topic
from quizzes.models import Question
from studyapp import pipeline
from tests.factories import NOW
from tests.importing import HARBOUR, MARKET, certification, published

pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture
def harbour() -> Certification:
    return certification()


def live_titles() -> set[str]:
    return set(Topic.objects.live().values_list("title", flat=True))


def test_what_only_this_source_told_is_retired(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR, "market.md": MARKET})
    asked = Question.objects.ready().count()
    before = live_titles()
    publication = pipeline.retire_source(Source.objects.get(path="market.md"), None, NOW)
    assert publication is not None
    assert live_titles() == {"Harbour", "Lights", "Ropes"}
    gone = Fact.objects.filter(source__path="market.md")
    assert {fact.state for fact in gone} == {Fact.State.RETIRED}
    assert Question.objects.ready().count() < asked
    pipeline.revert(publication, None, NOW)
    assert live_titles() == before
    assert Question.objects.ready().count() == asked


def test_a_shared_topic_stays_for_the_other_source(harbour: Certification, tmp_path: Path) -> None:
    more = "# Harbour\n\n## Lights\n\n- **Flare** – a light that burns in the hand.\n"
    published(harbour, tmp_path, {"harbour.md": HARBOUR, "more.md": more})
    pipeline.retire_source(Source.objects.get(path="harbour.md"), None, NOW)
    assert live_titles() == {"Harbour", "Lights"}
    assert {fact.source.path for fact in Fact.objects.live()} == {"more.md"}


def test_a_retired_source_comes_back_with_its_file(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    rows = set(Fact.objects.live().values_list("pk", flat=True))
    source = Source.objects.get()
    assert pipeline.retire_source(source, None, NOW) is not None
    assert pipeline.retire_source(source, None, NOW) is None
    assert not Fact.objects.live().exists()
    published(harbour, tmp_path, {"harbour.md": HARBOUR})
    assert set(Fact.objects.live().values_list("pk", flat=True)) == rows
    assert not Source.objects.get().retired
