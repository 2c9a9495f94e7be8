"""Folder, zip or file → bytes that are safe to look at. Every refusal is one sentence that names the file.

Nothing is unpacked to disk. Sizes are counted on what actually comes out of an archive, not on what it claims.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path, PurePosixPath

from content.ingest.model import Notice

NOTE_SUFFIXES = (".md", ".markdown", ".txt")
ACCEPTED = "Markdown or text files (.md, .markdown, .txt) and zip archives of them"
_MB = 1024 * 1024
_PIECE = 64 * 1024
MOST_SKIPPED = 200  # files passed over that are named one by one


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one upload. Sizes in bytes; `ratio` is how many times larger an archive member may unpack to."""

    file_bytes: int = 20 * _MB
    total_bytes: int = 50 * _MB
    files: int = 2_000
    ratio: int = 200
    entries: int = 10_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """One notes file. `path`: relative, with forward slashes."""

    path: str
    data: bytes


@dataclass(slots=True)
class Collected:
    """What was found: files to read, refusals, and things passed over on purpose."""

    files: list[InputFile] = field(default_factory=list)
    errors: list[Notice] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)


class Refused(Exception):
    """A file that is not read; `notice` says why."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.message)
        self.notice = notice


def collect(paths: Iterable[str | os.PathLike[str]], limits: Limits | None = None) -> Collected:
    """Read folders, zips and single files from disk. Files keep their path relative to what was named."""
    gathering = _Gathering(limits or Limits())
    for named in paths:
        path = Path(named)
        try:
            gathering.path(path)
        except OSError as error:
            gathering.refuse(
                path.name,
                "unreadable",
                f"{path.name} could not be opened ({error.strerror or 'input error'}).",
            )
    return gathering.collected


def collect_uploads(uploads: Sequence[tuple[str, bytes]], limits: Limits | None = None) -> Collected:
    """The same for uploaded files, given as (name, content)."""
    gathering = _Gathering(limits or Limits())
    for name, data in uploads:
        clean = _safe_name(name)
        if clean is None:
            gathering.refuse(
                name, "unsafe_name", f"“{name}” is not a name for a file inside the upload; rename it."
            )
        else:
            gathering.data(clean, data)
    return gathering.collected


def decode(file: InputFile) -> str:
    """The text of a file: UTF-8 with or without byte order mark, or UTF-16 with one. Raises Refused."""
    data, path = file.data, file.path
    if not data.strip():
        raise Refused(Notice(path, 0, "empty", f"{path} is empty. Add notes to it, or leave it out."))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused(_not_text(path, data, error.start, "UTF-16")) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_not_text(path, data, error.start, "UTF-8")) from error
    if (at := text.find("\x00")) >= 0:
        line = text.count("\n", 0, at) + 1
        raise Refused(
            Notice(
                path,
                line,
                "not_text",
                f"{path}, line {line} holds a zero byte, so it is not a text file. "
                "Export the notes as plain text or Markdown.",
            )
        )
    if not text.strip():
        raise Refused(Notice(path, 0, "empty", f"{path} is empty. Add notes to it, or leave it out."))
    return text


def _not_text(path: str, data: bytes, at: int, encoding: str) -> Notice:
    line = data.count(b"\n", 0, at) + 1
    value = data[at] if at < len(data) else 0
    return Notice(
        path,
        line,
        "not_utf8",
        f"{path}, line {line} is not {encoding}: byte {at + 1} of the file is "
        f"0x{value:02X}. Save the file as UTF-8 and try again.",
    )


def _safe_name(name: str) -> str | None:
    """A relative path with forward slashes, or None when it leads out of the upload."""
    if not name or "\x00" in name or len(name) > 400:
        return None
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        return None
    return "/".join(parts)


def _hidden(name: str) -> bool:
    return any(
        part.startswith(".") or part in ("__MACOSX", "Thumbs.db", "desktop.ini") for part in name.split("/")
    )


class _Gathering:
    """One call of `collect`: counts what it takes against the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.collected = Collected()
        self.total = 0
        self.full = False
        self.seen: set[str] = set()
        self.lower: set[str] = set()  # the same without regard to capitals
        self.skipped = 0

    def refuse(self, name: str, code: str, message: str) -> None:
        self.collected.errors.append(Notice(name, 0, code, message))

    def skip(self, name: str, why: str) -> None:
        self.skipped += 1
        if self.skipped < MOST_SKIPPED:
            self.collected.warnings.append(Notice(name, 0, "skipped", f"{name} was passed over: {why}."))
        elif self.skipped == MOST_SKIPPED:
            message = f"{name} and more files after it were passed over; only the first {MOST_SKIPPED - 1} are named."
            self.collected.warnings.append(Notice(name, 0, "skipped", message))

    def path(self, path: Path) -> None:
        if path.is_dir():
            for name, inner in self._walk(path):
                self._on_disk(name, inner, in_folder=True)
        elif path.exists():
            self._on_disk(path.name, path, in_folder=False)
        else:
            self.refuse(path.name, "missing", f"{path.name} was not found. Check the path.")

    def _walk(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for here, folders, names in os.walk(folder, followlinks=False):
            folders.sort()
            base = Path(here).relative_to(folder)
            for name in sorted(names):
                yield (base / name).as_posix(), Path(here) / name

    def _on_disk(self, name: str, path: Path, in_folder: bool) -> None:
        if in_folder and _hidden(name):
            return self.skip(name, "it is a hidden or system file")
        if path.is_symlink() and in_folder:
            return self.skip(name, "it is a link to another place")
        if not stat.S_ISREG(path.stat().st_mode):
            return self.skip(name, "it is not an ordinary file")
        if in_folder and path.suffix.lower() not in NOTE_SUFFIXES:
            return self.skip(name, "it is not a notes file")
        size = path.stat().st_size
        limit = self.limits.total_bytes if path.suffix.lower() == ".zip" else self.limits.file_bytes
        if size > limit:
            return self._too_large(name, size, limit)
        return self.data(name, path.read_bytes())

    def data(self, name: str, data: bytes) -> None:
        """One file by content: a zip is opened, notes are taken, anything else is refused."""
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".zip":
            return self._zip(name, data)
        if suffix not in NOTE_SUFFIXES:
            shown = f"a {suffix} file" if suffix else "a file without an extension"
            return self.refuse(name, "wrong_type", f"{name} is {shown}. Studyapp reads {ACCEPTED}.")
        if not data.strip():
            return self.refuse(name, "empty", f"{name} is empty. Add notes to it, or leave it out.")
        if data.startswith(b"PK\x03\x04"):
            return self.refuse(
                name,
                "wrong_type",
                f"{name} is an archive with the name of a notes file. Rename it to "
                "end in .zip if it holds notes.",
            )
        return self._take(name, data)

    def _too_large(self, name: str, size: int, limit: int) -> None:
        self.refuse(
            name,
            "too_large",
            f"{name} is {size / _MB:.1f} MB and the limit is {limit / _MB:.0f} MB. "
            "Split it, or leave out what is not notes.",
        )

    def _take(self, name: str, data: bytes) -> None:
        if self.full:
            return None
        if len(data) > self.limits.file_bytes:
            return self._too_large(name, len(data), self.limits.file_bytes)
        if len(self.collected.files) >= self.limits.files:
            self.full = True
            return self.refuse(
                name,
                "too_many",
                f"There are more than {self.limits.files:,} files; {name} and those after "
                "it were not read. Import them in parts.",
            )
        if self.total + len(data) > self.limits.total_bytes:
            self.full = True
            return self.refuse(
                name,
                "too_large",
                f"The files are more than {self.limits.total_bytes / _MB:.0f} MB in all; "
                f"{name} and those after it were not read. Import them in parts.",
            )
        unique = self._unique(name)
        self.seen.add(unique)
        self.total += len(data)
        self.collected.files.append(InputFile(unique, data))
        return None

    def _unique(self, name: str) -> str:
        """The name, or one with a number when a file of that name was given already."""
        stem, unique, number = PurePosixPath(name), name, 2
        while unique in self.seen:
            unique, number = str(stem.with_name(f"{stem.stem} ({number}){stem.suffix}")), number + 1
        if unique != name:
            message = (
                f"{name} is given twice; the second one was read as {unique}. Rename it, or leave it out."
            )
            self.collected.warnings.append(Notice(unique, 0, "same_name", message))
        elif name.casefold() in self.lower:
            message = (
                f"{name} differs from another file in nothing but capitals; both were read, as two sources. "
                "Rename one of them, or leave it out."
            )
            self.collected.warnings.append(Notice(name, 0, "same_name", message))
        self.lower.add(name.casefold())
        return unique

    # -- zip -------------------------------------------------------------------------------------------------

    def _zip(self, name: str, data: bytes) -> None:
        if len(data) > self.limits.total_bytes:
            return self._too_large(name, len(data), self.limits.total_bytes)
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
            return self.refuse(
                name, "bad_zip", f"{name} is not a zip archive that can be opened. Make it again."
            )
        with archive:
            entries = archive.infolist()
            if len(entries) > self.limits.entries:
                return self.refuse(
                    name,
                    "too_many",
                    f"{name} holds {len(entries):,} entries and the limit is {self.limits.entries:,}.",
                )
            overlapping = _overlap(entries, len(data))
            if overlapping:
                return self.refuse(
                    name,
                    "zip_bomb",
                    f"{name} stores several files in one place, as archives made to "
                    "overfill a computer do; it was not opened.",
                )
            for entry in sorted(entries, key=lambda e: e.filename):
                if not entry.is_dir():
                    self._member(name, archive, entry)
        return None

    def _member(self, zip_name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        shown = f"{zip_name}: {entry.filename[:200]}"
        name = _safe_name(entry.filename)
        if name is None:
            return self.refuse(
                shown,
                "unsafe_name",
                f"“{entry.filename[:200]}” in {zip_name} leads outside the archive; "
                "it was not read. Make the archive again from inside its folder.",
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            return self.refuse(
                shown,
                "link",
                f"“{name}” in {zip_name} is a link to another file; it was not read. "
                "Put the file itself into the archive.",
            )
        if _hidden(name):
            return self.skip(name, "it is a hidden or system file")
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in NOTE_SUFFIXES:
            return self.skip(
                name,
                "archives inside archives are not opened" if suffix == ".zip" else "it is not a notes file",
            )
        if entry.flag_bits & 0x1:
            return self.refuse(
                shown,
                "encrypted",
                f"“{name}” in {zip_name} is encrypted. Make the archive without a password.",
            )
        if self.full:
            return None
        try:
            data = self._unpack(zip_name, name, archive, entry)
        except Refused as refused:
            self.collected.errors.append(refused.notice)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ):
            self.refuse(
                shown,
                "bad_zip",
                f"“{name}” in {zip_name} is damaged and could not be unpacked. Make the archive again.",
            )
        else:
            self.data(name, data)
        return None

    def _unpack(self, zip_name: str, name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        """A member's content, counted as it streams out."""
        cap = min(self.limits.file_bytes, max(_MB, entry.compress_size * self.limits.ratio))
        pieces: list[bytes] = []
        size = 0
        with archive.open(entry) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > cap:
                    big = cap >= self.limits.file_bytes
                    why = (
                        f"unpacks to more than {self.limits.file_bytes / _MB:.0f} MB"
                        if big
                        else f"unpacks to more than {self.limits.ratio} times its size"
                    )
                    raise Refused(
                        Notice(
                            f"{zip_name}: {name}",
                            0,
                            "too_large" if big else "zip_bomb",
                            f"“{name}” in {zip_name} {why}; it was not read.",
                        )
                    )
                pieces.append(piece)
        return b"".join(pieces)


def _overlap(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Two members share bytes of the archive."""
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    return any(at + length > after for (at, length), (after, _) in pairwise(spans)) or any(
        at + length > size for at, length in spans
    )
