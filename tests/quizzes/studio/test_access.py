"""Every address of the Studio × who asks: its instructor, another instructor, a learner, nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.models import Certification, IngestionRun, Publication, Source
from quizzes.models import Question
from quizzes.urls import studio
from studyapp import pipeline
from tests import factories
from tests.quizzes.graders.samples import drill
from tests.quizzes.studio import rooms
from tests.quizzes.views import signed_in

pytestmark = pytest.mark.django_db

# name → (method, status for the instructor of the certification)
ROUTES: dict[str, tuple[str, int]] = {
    "studio": ("get", 200),
    "studio_new": ("get", 200),
    "studio_certification": ("get", 200),
    "studio_upload": ("get", 200),
    "studio_run": ("get", 200),
    "studio_run_progress": ("get", 286),
    "studio_run_changes": ("get", 200),
    "studio_run_relinks": ("get", 200),
    "studio_run_say": ("post", 302),
    "studio_run_again": ("post", 302),
    "studio_run_outline": ("get", 200),
    "studio_run_lines": ("get", 200),
    "studio_run_source": ("get", 200),
    "studio_run_left_out": ("get", 200),
    "studio_run_questions": ("get", 200),
    "studio_run_conflicts": ("get", 200),
    "studio_run_duplicates": ("get", 200),
    "studio_run_merges": ("get", 200),
    "studio_conflicts": ("get", 200),
    "studio_decisions": ("get", 200),
    "studio_publication": ("get", 200),
    "studio_source": ("get", 200),
    "studio_questions": ("get", 200),
    "studio_question": ("get", 200),
    "studio_question_edit": ("get", 200),
    "studio_learners": ("get", 200),
    "studio_difficulty": ("get", 200),
    "studio_expectations": ("get", 200),
    "studio_drills": ("get", 200),
    "studio_drill_new": ("get", 200),
    "studio_drill": ("get", 200),
    "studio_drill_export": ("get", 200),
    "studio_drill_state": ("post", 302),
    "studio_run_cancel": ("post", 302),
    "studio_run_discard": ("post", 302),
    "studio_run_publish": ("post", 302),
    "studio_question_set_aside": ("post", 302),
    "studio_question_put_back": ("post", 302),
    "studio_read_published": ("post", 302),
    "studio_publication_take_back": ("post", 302),
    "studio_source_take_out": ("post", 302),
}
FOR_EVERY_INSTRUCTOR = {"studio", "studio_new"}


@pytest.fixture
def published(certification: Certification, run: IngestionRun) -> IngestionRun:
    """One upload and a drill published, another waiting: every address has something to show."""
    assert run.owner is not None
    pipeline.publish(
        rooms.preview(certification, run.owner, rooms.upload("kites.md", rooms.KITES)), None, factories.NOW
    )
    factories.question(certification.topics.all()[0], kind="drill", payload=drill("number"))
    return run


def address(name: str, run: IngestionRun) -> str:
    slug = run.certification.slug
    question = Question.objects.filter(certification=run.certification).exclude(kind="drill").first()
    drilled = Question.objects.filter(certification=run.certification, kind="drill").first()
    source = Source.objects.filter(certification=run.certification).first()
    given: dict[str, list[Any]] = {
        "studio": [],
        "studio_new": [],
        "studio_run_source": [run.uid, 0],
        "studio_certification": [slug],
        "studio_upload": [slug],
        "studio_questions": [slug],
        "studio_drills": [slug],
        "studio_drill_new": [slug],
        "studio_conflicts": [slug],
        "studio_learners": [slug],
        "studio_difficulty": [slug],
        "studio_expectations": [slug],
        "studio_decisions": [slug],
        "studio_read_published": [slug],
        "studio_publication": [slug, 1],
        "studio_publication_take_back": [slug, 1],
        "studio_source": [slug, source and source.uid],
        "studio_source_take_out": [slug, source and source.uid],
    }
    if name.startswith("studio_question_") or name == "studio_question":
        return reverse(name, args=[slug, question and question.uid])
    if name not in given and name.startswith("studio_drill"):
        return reverse(name, args=[slug, drilled and drilled.uid])
    return reverse(name, args=given.get(name, [run.uid]))


def ask(client: Client, name: str, run: IngestionRun) -> Any:
    return getattr(client, ROUTES[name][0])(address(name, run))


def test_every_address_has_a_row() -> None:
    assert {pattern.name for pattern in studio.urlpatterns} == set(ROUTES)


def statuses(client: Client, run: IngestionRun) -> dict[str, int]:
    """What each address answers; those that only show come first in ROUTES."""
    return {name: ask(client, name, run).status_code for name in ROUTES}


def test_its_instructor_may(published: IngestionRun, client: Client) -> None:
    assert statuses(client, published) == {name: status for name, (_, status) in ROUTES.items()}


def test_an_administrator_may(published: IngestionRun) -> None:
    chief = factories.instructor()
    chief.is_superuser = True
    chief.save()
    assert statuses(signed_in(chief), published) == {name: status for name, (_, status) in ROUTES.items()}


def test_another_instructor_finds_nothing(published: IngestionRun) -> None:
    other = factories.instructor(factories.certification("elsewhere"))
    expected = {name: 200 if name in FOR_EVERY_INSTRUCTOR else 404 for name in ROUTES}
    assert statuses(signed_in(other), published) == expected
    unchanged(published)


def test_a_learner_finds_nothing(published: IngestionRun) -> None:
    learner = factories.learner()
    factories.enrolment(learner, published.certification)
    assert statuses(signed_in(learner), published) == dict.fromkeys(ROUTES, 404)
    unchanged(published)


def test_nobody_is_sent_to_the_door(published: IngestionRun) -> None:
    for name in ROUTES:
        answer = ask(Client(), name, published)
        assert (name, answer.status_code) == (name, 302)
        assert answer["Location"].split("?")[0] == reverse("account_login")
    unchanged(published)


def test_what_changes_something_is_not_done_by_a_link(published: IngestionRun, client: Client) -> None:
    for name, (method, _) in ROUTES.items():
        if method == "post":
            assert (name, client.get(address(name, published)).status_code) == (name, 405)


def unchanged(run: IngestionRun) -> None:
    run.refresh_from_db()
    assert run.state == IngestionRun.State.PREVIEW
    assert Publication.objects.count() == 1
    assert not Question.objects.exclude(state=Question.State.READY).exists()


def test_forms_of_other_sites_are_refused(published: IngestionRun, owner: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="accounts.backends.EmailBackend")
    assert ask(client, "studio_run_publish", published).status_code == 403
    assert client.post(address("studio_upload", published), {"files": rooms.upload()}).status_code == 403


def test_the_list_shows_only_what_i_teach(published: IngestionRun, client: Client) -> None:
    factories.instructor(factories.certification("elsewhere"))
    page = client.get(reverse("studio")).content.decode()
    assert "Workshop" in page
    assert "Elsewhere" not in page
