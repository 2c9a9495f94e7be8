"""Files on their way in: to disk in chunks, counted as they come, refused when they are too much.

The handler stands in `settings.FILE_UPLOAD_HANDLERS`, so that no address of the product takes more than the limit,
also not from a stranger whose request is turned away a moment later. What a view learns from it is in
`refusal(request)`: a sentence, or nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from content.ingest.reading import ACCEPTED, NOTE_SUFFIXES

MOST_FILES = 300
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# A request somewhat over the limit is read to its end, so that the browser shows our sentence and not a broken
# connection; a much larger one is cut off.
READ_ON_UP_TO = 4
PIECE = 64 * 1024


def limit_bytes() -> int:
    return int(settings.UPLOAD_LIMIT_MB) * 1024 * 1024


def limits() -> str:
    """One sentence for the upload form."""
    return (
        f"{ACCEPTED}: up to {MOST_FILES} files and {settings.UPLOAD_LIMIT_MB} MB at once. "
        "Send a folder as a zip archive, so that its structure is kept."
    )


def refusal(request: HttpRequest) -> str:
    """Why the files of this request were not taken; empty when they were. Reads the request's body."""
    _ = request.FILES
    return str(getattr(request, "upload_refusal", ""))


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes every file to disk and stops the request at the limit of bytes or files."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.taken = 0
        self.files = 0
        self.announced = 0
        self.body: Any = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 (Django's own name)
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.announced = content_length
        self.body = input_data

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.announced > limit_bytes() + 65_536:  # the form's own fields and boundaries are not counted
            self._refuse(f"Together the files are larger than {settings.UPLOAD_LIMIT_MB} MB.")
        self.files += 1
        if self.files > MOST_FILES:
            self._refuse(
                f"There are more than {MOST_FILES} files. Put them into one zip file and upload that."
            )
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > limit_bytes():
            self._refuse(f"Together the files are larger than {settings.UPLOAD_LIMIT_MB} MB.")
        super().receive_data_chunk(raw_data, start)

    def _refuse(self, sentence: str) -> None:
        self.request.upload_refusal = sentence  # type: ignore[union-attr]
        if self.body is not None and self.announced <= READ_ON_UP_TO * limit_bytes():
            # Django would read on line by line, which costs seconds; in pieces it costs next to nothing.
            while self.body.read(PIECE):
                pass
        raise StopUpload(connection_reset=True)


def problem_of(files: Sequence[UploadedFile]) -> str:
    """What is wrong with the first file that cannot be what its name says; empty when all can be read."""
    for file in files:
        suffix = PurePosixPath(file.name or "").suffix.lower()
        if suffix not in (*NOTE_SUFFIXES, ".zip"):
            shown = f"a {suffix} file" if suffix else "a file without an extension"
            return f"{file.name} is {shown}. Studyapp reads {ACCEPTED}. Nothing was uploaded."
        if not file.size:
            return f"{file.name} is empty. Nothing was uploaded."
        file.seek(0)
        head = file.read(8192)
        file.seek(0)
        if suffix == ".zip" and not head.startswith(b"PK"):
            return f"{file.name} is not a zip archive, although its name says so. Nothing was uploaded."
        if suffix != ".zip" and b"\x00" in head and not head.startswith(UTF_16):
            return f"{file.name} is not a text file, although its name says so. Nothing was uploaded."
    return ""
