"""A preview and a publication are whole or not there; both may be asked for twice."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from content import ingestion, jobs
from content.models import Certification, Fact, IngestionRun, Job, Publication, Source, Topic
from quizzes import question_bank
from quizzes.models import Question
from studyapp import pipeline, staging, tasks
from tests import factories
from tests.factories import NOW
from tests.importing import HARBOUR, MARKET, certification, staged

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)  # a job's time has come when the worker's own clock says so
pytestmark = [pytest.mark.django_db, pytest.mark.servers]


@pytest.fixture
def harbour(settings: Any, tmp_path: Path) -> Certification:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    return certification()


def uploaded(to: Certification, **files: str) -> IngestionRun:
    sent = [SimpleUploadedFile(f"{name}.md", text.encode()) for name, text in files.items()]
    return ingestion.create_run(to, factories.instructor(to), sent, EARLIER)


def work(run: IngestionRun) -> IngestionRun:
    """What a worker does with the run's job."""
    job = ingestion.job_of(run)
    assert job is not None
    jobs.run(job.pk, pipeline.ingest_job)
    run.refresh_from_db()
    return run


def test_an_upload_becomes_a_preview_and_then_a_publication(harbour: Certification) -> None:
    run = work(uploaded(harbour, harbour=HARBOUR, market=MARKET))
    assert run.state == "preview"
    assert run.title == "harbour.md and 1 more"
    assert run.report is not None
    assert [source["path"] for source in run.report["sources"]] == ["harbour.md", "market.md"]
    assert not Topic.objects.exists()
    job = ingestion.job_of(run)
    assert job is not None
    assert job.state == Job.State.DONE
    publication = pipeline.publish(run, run.owner, NOW)
    run.refresh_from_db()
    harbour.refresh_from_db()
    assert (run.state, publication.number, publication.published_by) == ("published", 1, run.owner)
    assert harbour.revision == 1
    assert publication.summary["facts"]["new"] == Fact.objects.count()
    assert publication.summary["questions"]["new"] == Question.objects.ready().count()
    assert sum(run.report["questions"].values()) == Question.objects.count()


def test_every_line_is_accounted_for(harbour: Certification) -> None:
    run = work(uploaded(harbour, harbour=HARBOUR, market=MARKET))
    assert run.report is not None
    for source in run.report["sources"]:
        left_out = sum(row["nonblank"] for row in source["discarded"])
        assert source["in_blocks"] + left_out == source["nonblank"] > 0


def test_the_report_has_what_was_agreed(harbour: Certification, tmp_path: Path) -> None:
    run = staged(harbour, tmp_path, {"harbour.md": HARBOUR})
    assert run.report is not None
    assert set(run.report) >= {
        *("sources", "topics", "facts", "questions", "conflicts", "warnings"),
        *("merges", "relinks"),
    }
    (source,) = run.report["sources"]
    assert set(source) == {"path", "dialect", "lines", "nonblank", "in_blocks", "discarded"}
    nothing_else = dict.fromkeys(("kept", "moved", "edited", "answer_changed", "retired", "review"), 0)
    assert run.report["relinks"] == nothing_else | {"new": run.report["facts"]}


def test_nothing_is_asked_of_statements_that_disagree(harbour: Certification, tmp_path: Path) -> None:
    text = "# Harbour\n\n## Lights\n\n- **Pilot light** – a lamp that burns for {} hours every night.\n"
    pipeline.publish(staged(harbour, tmp_path, {"a.md": text.format(9)}), None, NOW)
    assert Question.objects.ready().exists()
    other = tmp_path / "other"
    run = staged(harbour, other, {"b.md": text.format(12)})
    assert run.report is not None
    (conflict,) = run.report["conflicts"]
    assert (conflict["topic"], conflict["kind"]) == ("Lights", "number")
    assert [(conflict[side]["source"], conflict[side]["line"]) for side in "ab"] == [("b.md", 5), ("a.md", 5)]
    assert run.report["questions"] == {}


def test_publishing_twice_gives_the_first_publication(harbour: Certification) -> None:
    run = work(uploaded(harbour, harbour=HARBOUR))
    first = pipeline.publish(run, None, NOW)
    assert pipeline.publish(run, None, NOW) == first
    assert Publication.objects.count() == 1


def test_a_run_that_is_no_preview_is_refused(harbour: Certification) -> None:
    run = uploaded(harbour, harbour=HARBOUR)
    with pytest.raises(pipeline.NotReady, match="waiting"):
        pipeline.publish(run, None, NOW)


def test_a_failure_while_publishing_leaves_nothing_behind(
    harbour: Certification, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = work(uploaded(harbour, harbour=HARBOUR))

    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    apply = question_bank.apply
    monkeypatch.setattr(question_bank, "apply", breaks)
    with pytest.raises(RuntimeError):
        pipeline.publish(run, None, NOW)
    monkeypatch.setattr(question_bank, "apply", apply)
    run.refresh_from_db()
    assert run.state == "preview"
    assert not any(model.objects.exists() for model in (Topic, Fact, Source, Question, Publication))
    pipeline.publish(run, None, NOW)
    assert Publication.objects.count() == 1


def test_nothing_readable_is_a_failure_with_sentences(harbour: Certification) -> None:
    run = work(uploaded(harbour, empty=" \n"))
    assert run.state == "failed"
    assert "empty.md" in run.error
    assert run.draft is None


def test_one_bad_file_does_not_cost_the_others(harbour: Certification) -> None:
    sent = [
        SimpleUploadedFile("good.md", HARBOUR.encode()),
        SimpleUploadedFile("bad.md", b"# Bad\n\xff\xfe\xfa byte\n"),
    ]
    run = work(ingestion.create_run(harbour, factories.instructor(harbour), sent, EARLIER))
    assert run.state == "preview"
    assert run.report is not None
    assert "bad.md, line 2" in run.report["errors"][0]["message"]


def test_a_worker_that_lost_its_claim_writes_nothing(harbour: Certification) -> None:
    run = uploaded(harbour, harbour=HARBOUR)
    job = ingestion.job_of(run)
    assert job is not None
    claim = jobs.claim(job.pk, NOW)
    assert claim is not None
    assert ingestion.cancel(run, NOW)
    with pytest.raises(jobs.LostClaim):
        pipeline.stage(run, claim.progress, claim.still_held)
    run.refresh_from_db()
    assert (run.state, run.draft) == ("cancelled", None)


def test_a_cancelled_run_is_not_read(harbour: Certification) -> None:
    run = uploaded(harbour, harbour=HARBOUR)
    assert ingestion.cancel(run, NOW)
    assert not ingestion.cancel(run, NOW)
    assert work(run).state == "cancelled"


def test_the_last_failed_attempt_fails_the_run(
    harbour: Certification, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = uploaded(harbour, harbour=HARBOUR)
    Job.objects.update(attempts=jobs.MOST_ATTEMPTS - 1)

    def breaks(*args: object) -> None:
        raise RuntimeError("no more memory")

    monkeypatch.setattr(staging, "read_notes", breaks)
    with pytest.raises(RuntimeError):
        work(run)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "could not be read" in run.error


def test_a_job_that_was_given_up_fails_its_run(harbour: Certification) -> None:
    run = uploaded(harbour, harbour=HARBOUR)
    Job.objects.update(state=Job.State.FAILED, error="Given up.")
    assert ingestion.settle_given_up(NOW) == 1
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "Given up.")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("notes.exe", b"MZ", "cannot be read"), ("notes.md", b"x" * (2 * 1024 * 1024), "larger than the 1 MB")],
)
def test_a_refused_upload_leaves_nothing(
    harbour: Certification, settings: Any, name: str, content: bytes, sentence: str
) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    teacher = factories.instructor(harbour)
    with pytest.raises(ingestion.Refused, match=sentence):
        ingestion.create_run(harbour, teacher, [SimpleUploadedFile(name, content)], NOW)
    assert not IngestionRun.objects.exists()
    assert not Job.objects.exists()
    assert not any(settings.UPLOADS_DIR.glob("*"))


def test_names_that_lead_elsewhere_stay_in_the_folder(harbour: Certification, settings: Any) -> None:
    sent = [SimpleUploadedFile("a.md", b"# A\n"), SimpleUploadedFile("A.md", b"# B\n")]
    sent[0].name = "../../a.md"  # set afterwards: Django itself would cut it
    run = ingestion.create_run(harbour, factories.instructor(harbour), sent, NOW)
    assert [path.name for path in ingestion.files_of(run)] == ["A (2).md", "a.md"]
    assert all(path.parent == settings.UPLOADS_DIR / str(run.uid) for path in ingestion.files_of(run))


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_once_take_turns(harbour: Certification, tmp_path: Path) -> None:
    runs = [staged(harbour, tmp_path / name, {f"{name}.md": HARBOUR}) for name in ("one", "two")]

    def publish(run: IngestionRun) -> int:
        try:
            return pipeline.publish(run, None, NOW).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(publish, [*runs, *runs]))
    assert sorted(numbers[:2]) == [1, 2]
    assert numbers[:2] == numbers[2:]
    assert Topic.objects.filter(title="Ropes").count() == 1
    harbour.refresh_from_db()
    assert harbour.revision == 2


def test_cleaning_up_forgets_what_is_over(harbour: Certification, settings: Any) -> None:
    over, waiting = uploaded(harbour, harbour=HARBOUR), uploaded(harbour, market=MARKET)
    pipeline.publish(work(over), None, NOW)
    long_ago = EARLIER.timestamp() - 40 * 24 * 3600
    for run in (over, waiting):
        os.utime(settings.UPLOADS_DIR / str(run.uid), (long_ago, long_ago))
    IngestionRun.objects.filter(pk=over.pk).update(finished_at=EARLIER)
    job = jobs.submit("studyapp.tasks.clean_up", "tonight", EARLIER)
    tasks.clean_up(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert [folder.name for folder in settings.UPLOADS_DIR.iterdir()] == [str(waiting.uid)]
    over.refresh_from_db()
    assert over.draft is None
    assert over.report is not None
