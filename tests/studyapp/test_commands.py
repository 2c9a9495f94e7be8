"""ingest, outline, quickstart and doctor, called as an operator calls them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Invite, User
from content.models import Certification, Domain, IngestionRun, Job, Publication, Topic
from quizzes.models import Enrolment, Question
from studyapp import diagnosis, static_files
from studyapp.management.commands import ingest
from tests import factories
from tests.importing import HARBOUR, MARKET

pytestmark = pytest.mark.django_db


def run(*arguments: Any, **options: Any) -> tuple[str, str]:
    """(standard output, standard error) of a command."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "harbour.md").write_text(HARBOUR)
    (folder / "market.md").write_text(MARKET)
    return folder


def test_ingest_makes_the_certification_and_publishes(notes: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    out, err = run(
        "ingest", notes, "--certification", "coast", "--title", "The coast", "--publish", "--report", report
    )
    made = Certification.objects.get(slug="coast")
    assert made.title == "The coast"
    assert [(one.number, int(one.weight)) for one in made.domains.all()] == [(1, 100)]
    assert {topic.domain_id for topic in made.topics.all()} == {made.domains.get().pk}
    told = json.loads(report.read_text())
    assert told["topics"] == made.topics.count() == 5
    assert sum(told["questions"].values()) == Question.objects.ready().count()
    assert "Publication 1 of coast" in out
    assert "reading" in err


def test_ingest_says_that_its_report_cannot_be_written_before_it_reads(notes: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none/report\.json cannot be written: No such file or directory"):
        run("ingest", notes, "--certification", "coast", "--report", tmp_path / "none" / "report.json")
    assert not Certification.objects.filter(slug="coast").exists()


def test_ingest_without_publish_waits_as_a_preview(notes: Path) -> None:
    run("ingest", notes, "--certification", "coast")
    assert IngestionRun.objects.get().state == "preview"
    assert not Topic.objects.exists()


def test_ingest_says_what_it_could_not_read_and_takes_the_rest(notes: Path) -> None:
    (notes / "broken.md").write_bytes(b"# Fish\n\xff\xfa\n")
    with pytest.raises(CommandError, match=r"broken\.md, line 2"):
        run("ingest", notes, "--certification", "coast", "--publish")
    assert Publication.objects.count() == 1


def test_ingest_tells_file_and_line_of_what_it_left_out(notes: Path) -> None:
    (notes / "quay.md").write_text(
        "# Quay\n\nA quay is a wall for ships.\n\n```drill\ngrader: telepathy\n```\n"
    )
    (notes / "yard.md").write_text("# Yard\n\n" + "Q: Who goes there?\n\n" * (ingest.WARNINGS_SHOWN + 2))
    _, err = run("ingest", notes, "--certification", "coast", "--publish")
    assert "The drill in quay.md, line 5 was left out" in err
    assert "yard.md, line 3" in err and "And 3 more; --report FILE has them all." in err
    assert Publication.objects.count() == 1


def test_ingest_of_nothing_leaves_no_certification(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not found"):
        run("ingest", tmp_path / "away.md", "--certification", "coast")
    assert not Certification.objects.exists()
    with pytest.raises(CommandError, match="no slug"):
        run("ingest", tmp_path, "--certification", "not a slug")


def test_outline_prints_depth_title_source_and_line(notes: Path) -> None:
    run("ingest", notes, "--certification", "coast", "--publish")
    out, _ = run("outline", "coast", "--format", "tsv")
    rows = [line.split("\t") for line in out.splitlines()]
    line = HARBOUR.splitlines().index("## Ropes") + 1
    assert rows[:3] == [["0", "Harbour", "harbour.md", "1"], ["1", "Lights", "harbour.md", "3"],
                        ["1", "Ropes", "harbour.md", str(line)]]  # fmt: skip
    assert [row[1] for row in rows[3:]] == ["Market", "Weights"]
    with pytest.raises(CommandError, match="There are: coast"):
        run("outline", "sea")


@pytest.fixture
def house(settings: Any, tmp_path: Path) -> Path:
    """A small house of its own: a data folder, and one course to ship."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.COURSES_DIR = tmp_path / "courses"
    course = settings.COURSES_DIR / "seafaring"
    course.mkdir(parents=True)
    (course / "course.md").write_text(
        "---\ncertification: seafaring\ntitle: Seafaring\ndomains:\n"
        "  - {number: 1, title: Coast, weight: 70}\n  - {number: 2, title: Trade, weight: 30}\n---\nWelcome aboard.\n"
    )
    (course / "harbour.md").write_text(HARBOUR)
    return course


def test_quickstart_prepares_everything_once(house: Path, settings: Any) -> None:
    out, _ = run("quickstart", "--demo")
    assert (settings.STATIC_ROOT / "css" / "app.css").is_file()
    assert Domain.objects.filter(certification__slug="seafaring").count() == 2
    assert Question.objects.ready().exists()
    learner = User.objects.get(email="learner@example.org")
    enrolment = Enrolment.objects.get(user=learner)
    assert enrolment.exam_date is not None
    assert 34 <= (enrolment.exam_date - timezone.now().date()).days <= 36
    assert enrolment.minutes_a_day == 20
    instructor = User.objects.get(email="instructor@example.org")
    assert instructor.is_instructor
    assert not instructor.is_superuser
    assert list(instructor.taught_certifications.values_list("slug", flat=True)) == ["seafaring"]
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 2
    passwords = dict(re.findall(r"(\S+@example\.org)\s+(\S+)", out))
    assert all(Client().login(username=email, password=word) for email, word in passwords.items())
    assert re.search(r"http://localhost:8000/first-run/\S+/", out)

    again, _ = run("quickstart", "--demo")
    assert dict(re.findall(r"(\S+@example\.org)\s+(\S+)", again)) == passwords
    assert "Loading" not in again
    assert "Collected" not in again
    assert "first-run" not in again
    assert (User.objects.count(), Enrolment.objects.count(), Publication.objects.count()) == (2, 1, 1)
    assert (settings.DATA_DIR / "demo_logins.json").stat().st_mode & 0o077 == 0


def test_quickstart_loads_a_course_again_when_it_changed(house: Path) -> None:
    run("quickstart")
    (house / "harbour.md").write_text(HARBOUR.replace("14 days", "21 days"))
    out, _ = run("quickstart")
    assert "Loading seafaring" in out
    assert Publication.objects.count() == 2


def test_without_demo_there_are_no_people(house: Path) -> None:
    out, _ = run("quickstart")
    assert not User.objects.exists()
    assert "learner@" not in out


def test_the_administrators_link_works_once_and_can_be_made_again(house: Path) -> None:
    def token(text: str) -> str:
        found = re.search(r"/first-run/(\S+)/", text)
        return found.group(1) if found else ""

    first = token(run("quickstart")[0])
    second = token(run("quickstart", "--administrator-link")[0])
    assert Invite.objects.with_token(first, timezone.now()) is None
    invite = Invite.objects.with_token(second, timezone.now())
    assert invite is not None
    assert invite.purpose == Invite.Purpose.ADMINISTRATOR
    User.objects.create_superuser("chief@example.org", factories.PASSWORD)
    assert token(run("quickstart", "--administrator-link")[0]) == ""


def test_static_files_are_collected_when_one_changed(house: Path, settings: Any, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "one.css").write_text("a {}")
    settings.STATICFILES_DIRS = [more]
    assert static_files.collect_when_changed()
    assert not static_files.collect_when_changed()
    (more / "one.css").write_text("a { color: red }")
    assert static_files.collect_when_changed()
    assert "red" in (settings.STATIC_ROOT / "one.css").read_text()


def test_doctor_says_what_to_do(house: Path) -> None:
    run("quickstart")
    with pytest.raises(CommandError):
        run("doctor")
    found = {check.what: check for check in diagnosis.checks(timezone.now())}
    assert not found["worker"].well
    assert "make run" in found["worker"].said
    wrong = {what for what, check in found.items() if not check.well}
    assert wrong <= {"worker", "static files"}  # tests serve static files from where they lie


def test_doctor_sees_a_worker_by_its_last_job(house: Path) -> None:
    at = timezone.now()
    Job.objects.create(
        kind="quizzes.tasks.send_digests",
        key="x",
        state=Job.State.DONE,
        run_after=at,
        created_at=at,
        finished_at=at,
    )
    assert diagnosis.worker(at).well
    assert not diagnosis.worker(at + diagnosis.WORKER_SILENT_AFTER).well


def test_doctor_sees_an_address_that_the_server_does_not_answer_to(settings: Any) -> None:
    settings.SITE_URL = "https://study.example.org"
    assert not diagnosis.address().well
    settings.ALLOWED_HOSTS = ["study.example.org"]
    assert diagnosis.address().well
