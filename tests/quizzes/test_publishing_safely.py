"""Publications of one source at once, and publications that die half way: nothing is doubled, lost or half there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from content.models import Certification, Fact, IngestionRun, Note, Publication, Source, Topic
from quizzes.models import Card, Question, QuestionVersion, ReviewLog
from studyapp import pipeline
from tests.factories import NOW
from tests.importing import HARBOUR, certification, published, staged
from tests.quizzes.test_question_bank import LATER, studied

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
TABLES = (Certification, Source, Topic, Note, Fact, Question, QuestionVersion, Card, ReviewLog, Publication)
EDITED = HARBOUR.replace("14 days", "21 days").replace("from far away", "from very far away")
EDITED = EDITED.replace("- A rope is replaced after 5 years, whatever it looks like.\n", "")
OTHER = (
    HARBOUR.replace("14 days", "28 days")
    + "\n## Anchors\n\n- **Anchor** – a weight that holds a ship in its place.\n"
)


class Died(BaseException):
    """A process is gone: nothing in it may go on."""


@pytest.fixture
def harbour() -> Certification:
    return certification()


def everything() -> list[list[Any]]:
    return [list[Any](model.objects.order_by("pk").values()) for model in TABLES]


def live() -> list[str]:
    return sorted(Fact.objects.live().values_list("text", flat=True))


def test_two_imports_of_one_source_take_turns(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path / "first", {"harbour.md": HARBOUR})
    rows = set(Fact.objects.values_list("pk", flat=True))
    runs = [
        staged(harbour, tmp_path / name, {"harbour.md": text}) for name, text in (("a", EDITED), ("b", OTHER))
    ]

    def publish(run: IngestionRun) -> int:
        try:
            return pipeline.publish(run, None, LATER).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(publish, runs))
    assert sorted(numbers) == [2, 3]
    last = (EDITED, OTHER)[numbers.index(3)]
    assert Source.objects.get().text == last
    both = live()
    assert len(both) == len(set(both))
    assert rows <= set(Fact.objects.values_list("pk", flat=True)), "no row was given up for another"
    # The same as one after the other: publishing the last one again changes nothing.
    again = staged(harbour, tmp_path / "again", {"harbour.md": last})
    assert pipeline.publish(again, None, LATER).number == 3


def test_dying_at_any_statement_leaves_what_was_published(harbour: Certification, tmp_path: Path) -> None:
    published(harbour, tmp_path / "first", {"harbour.md": HARBOUR})
    studied(harbour)
    run = staged(harbour, tmp_path / "second", {"harbour.md": EDITED})
    before = everything()
    died = 0
    for number in range(2, 400, 5):
        if not _died_at(number, run):
            break
        died += 1
        assert everything() == before, f"statement {number}"
        run.refresh_from_db()
        assert run.state == "preview"
    else:
        pytest.fail("The publication never came to its end.")
    assert died > 8
    run.refresh_from_db()
    assert run.state == "published"
    assert Publication.objects.count() == 2
    assert any("21 days" in text for text in live())


def _died_at(number: int, run: IngestionRun) -> bool:
    """Publish until statement `number` and die there; False when the publication ended before."""
    count = 0

    def count_and_die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            raise Died
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(count_and_die):
            pipeline.publish(run, None, NOW)
    except Died:
        connection.close()
        return True
    return False
