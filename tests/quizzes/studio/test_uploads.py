"""Files in: taken, refused with a sentence, bounded on disk and in memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse

from content.models import Certification, IngestionRun, Job
from quizzes.studio import uploads
from tests.quizzes.studio import rooms

pytestmark = pytest.mark.django_db


def send(client: Client, *files: SimpleUploadedFile) -> Any:
    return client.post(reverse("studio_upload", args=["workshop"]), {"files": list(files)})


def refused(answer: Any, status: int = 422) -> str:
    """The sentence of a refusal; nothing may have been kept."""
    assert answer.status_code == status
    assert not IngestionRun.objects.exists()
    assert not Job.objects.exists()
    assert not settings.UPLOADS_DIR.exists() or not list(settings.UPLOADS_DIR.iterdir())
    return str(answer.context["refusal"])


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


def test_files_become_a_run_and_a_job(certification: Certification, client: Client) -> None:
    answer = send(client, rooms.upload(), rooms.upload("kites.txt", rooms.KITES))
    run = IngestionRun.objects.get()
    assert answer["Location"] == reverse("studio_run", args=[run.uid])
    assert (run.certification, run.state, run.title) == (certification, "uploaded", "lanterns.md and 1 more")
    assert Job.objects.get().key == str(run.uid)
    kept = {path.name: path.read_text() for path in (settings.UPLOADS_DIR / run.paths[0]).iterdir()}
    assert kept == {"lanterns.md": rooms.LANTERNS, "kites.txt": rooms.KITES}


def test_names_are_made_safe_and_stay_apart(client: Client) -> None:
    send(
        client,
        rooms.upload("../../etc/notes.md"),
        rooms.upload("C:\\work\\notes.md"),
        rooms.upload("a\x07b.md"),
    )
    folder = settings.UPLOADS_DIR / IngestionRun.objects.get().paths[0]
    assert {path.name for path in folder.iterdir()} == {"notes.md", "notes (2).md", "ab.md"}
    assert [path.name for path in settings.UPLOADS_DIR.iterdir()] == [folder.name]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("picture.png", b"\x89PNG\r\n", "picture.png"),
        ("scan.pdf", b"%PDF-\x00\x01", "scan.pdf is a .pdf file. Studyapp reads Markdown"),
        ("notes", b"text\x00", "notes is a file without an extension"),
        ("empty.md", b"", "empty.md is empty"),
        ("archive.zip", b"this is not one", "archive.zip is not a zip archive"),
        ("program.md", b"\x7fELF\x00\x00", "program.md is not a text file"),
    ],
)
def test_a_wrong_file_is_refused_by_name(
    name: str, content: bytes, says: str, certification: Certification, client: Client
) -> None:
    assert says in refused(send(client, rooms.upload(), SimpleUploadedFile(name, content)))


def test_no_file_at_all(certification: Certification, client: Client) -> None:
    assert "No file was chosen" in refused(send(client))


def test_utf_16_is_text(certification: Certification, client: Client) -> None:
    assert send(client, rooms.upload("notes.txt", rooms.KITES.encode("utf-16"))).status_code == 302


def test_too_large_is_said_and_nothing_stays(
    certification: Certification, client: Client, settings: Any
) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    answer = send(client, rooms.upload("large.md", b"x" * (3 * 1024 * 1024)))
    assert refused(answer, 413) == "Together the files are larger than 1 MB."


def test_many_small_ones_count_together(certification: Certification, client: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    parts = [rooms.upload(f"part{n}.md", b"x" * 400_000) for n in range(3)]
    assert "larger than 1 MB" in refused(send(client, *parts), 413)


def test_too_many_files_are_said(certification: Certification, client: Client) -> None:
    many = [rooms.upload(f"n{n}.md", b"# A\n") for n in range(uploads.MOST_FILES + 1)]
    assert "zip" in refused(send(client, *many), 413)


def test_a_stranger_cannot_fill_the_disk(settings: Any) -> None:
    """The limit holds at every address, also where nobody expects files."""
    settings.UPLOAD_LIMIT_MB = 1
    large = rooms.upload("x.md", b"x" * 2_000_000)
    answer = Client().post(reverse("account_login"), {"login": "a@example.org", "file": large})
    assert not answer.wsgi_request.FILES
    assert "larger than 1 MB" in uploads.refusal(answer.wsgi_request)


def test_a_large_upload_is_never_held_in_memory(certification: Certification, client: Client) -> None:
    body = rooms.upload("large.md", b"- a line of notes\n" * 1_000_000)  # 18 MB
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    # The test client builds the body in memory itself: what is measured is the server's part, through its handler.
    handler = uploads.BoundedUploadHandler()
    handler.new_file("files", "large.md", "text/markdown", None)
    piece = body.read(64 * 1024)
    for start in range(0, body.size or 0, len(piece)):
        handler.receive_data_chunk(piece, start)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    kept = handler.file_complete(body.size or 0)
    assert isinstance(kept, TemporaryUploadedFile)
    assert peak - before < 1_000_000


@pytest.mark.parametrize(
    "headers", [{"CONTENT_TYPE": "multipart/form-data; boundary=x"}, {"CONTENT_TYPE": "multipart/form-data"}]
)
def test_a_broken_form_is_refused(
    headers: dict[str, str], certification: Certification, client: Client
) -> None:
    answer = client.generic(
        "POST", reverse("studio_upload", args=["workshop"]), b"--x\r\nnonsense", headers["CONTENT_TYPE"]
    )
    assert answer.status_code in {400, 422}
    assert not IngestionRun.objects.exists()


def test_the_page_names_the_limits(certification: Certification, client: Client) -> None:
    page = client.get(reverse("studio_upload", args=["workshop"])).content.decode()
    assert f"{settings.UPLOAD_LIMIT_MB} MB" in page
    assert 'enctype="multipart/form-data"' in page
