"""Everything that may be dropped on us, and the sentence it gets."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from content.ingest.read import read_notes
from content.ingest.reading import InputFile, Limits, Refused, collect, collect_uploads, decode

GOOD = b"# Tides\n\nThe sea rises twice a day.\n"


def archive(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in members:
            zipped.writestr(name, data)
    return buffer.getvalue()


def codes(*uploads: tuple[str, bytes], limits: Limits | None = None) -> list[str]:
    return [error.code for error in collect_uploads(uploads, limits).errors]


def test_folder_zip_and_file_give_relative_paths(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    (folder / "sea").mkdir(parents=True)
    (folder / "sea" / "tides.md").write_bytes(GOOD)
    (folder / ".hidden.md").write_bytes(GOOD)
    (folder / "logo.png").write_bytes(b"x")
    single = tmp_path / "one.txt"
    single.write_bytes(GOOD)
    zipped = tmp_path / "more.zip"
    zipped.write_bytes(archive(("deep/b.markdown", GOOD), ("__MACOSX/b.md", GOOD)))
    found = collect([folder, single, zipped])
    assert [f.path for f in found.files] == ["sea/tides.md", "one.txt", "deep/b.markdown"]
    assert found.errors == []
    assert len(found.warnings) == 3


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("notes.pdf", b"%PDF-1.7", "wrong_type"),
        ("notes", GOOD, "wrong_type"),
        ("empty.md", b"", "empty"),
        ("blank.md", b" \n\n", "empty"),
        ("../up.md", GOOD, "unsafe_name"),
        ("/etc/notes.md", GOOD, "unsafe_name"),
        ("C:\\notes.md", GOOD, "unsafe_name"),
        ("broken.zip", b"PK\x03\x04 no", "bad_zip"),
        ("renamed.md", archive(("a.md", GOOD)), "wrong_type"),
    ],
)
def test_refusals_name_the_file(name: str, data: bytes, code: str) -> None:
    found = collect_uploads([(name, data), ("good.md", GOOD)])
    assert [(e.code, name.split("/")[-1] in e.message) for e in found.errors] == [(code, True)]
    assert [f.path for f in found.files] == ["good.md"], "the others are still read"


def test_a_missing_path_is_a_sentence(tmp_path: Path) -> None:
    assert [e.code for e in collect([tmp_path / "nowhere.md"]).errors] == ["missing"]


def test_sizes_are_capped_and_told() -> None:
    small = Limits(file_bytes=100, total_bytes=150, files=2)
    found = collect_uploads([("big.md", b"x" * 101)], small)
    assert found.errors[0].code == "too_large" and "MB" in found.errors[0].message
    assert codes(("a.md", b"a" * 90), ("b.md", b"b" * 90), limits=small) == ["too_large"]
    assert codes(("a.md", b"a"), ("b.md", b"b"), ("c.md", b"c"), limits=small) == ["too_many"]


def test_a_zip_bomb_stops_while_it_streams() -> None:
    bomb = archive(("bomb.md", b"0" * 30_000_000), ("good.md", GOOD))
    found = collect_uploads([("b.zip", bomb)])
    assert [e.code for e in found.errors] == ["zip_bomb"]
    assert [f.path for f in found.files] == ["good.md"]


def test_names_that_lead_out_of_a_zip_are_refused_and_the_rest_is_read() -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = collect_uploads(
        [("n.zip", archive(("../evil.md", GOOD), ("/abs.md", GOOD), (link, b"/etc/passwd"), ("ok.md", GOOD)))]
    )
    assert sorted(e.code for e in found.errors) == ["link", "unsafe_name", "unsafe_name"]
    assert [f.path for f in found.files] == ["ok.md"]


def test_encrypted_members_are_refused() -> None:
    data = bytearray(archive(("a.md", GOOD)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert codes(("e.zip", bytes(data))) == ["encrypted"]


def test_members_that_share_bytes_are_refused() -> None:
    data = bytearray(archive(("a.md", GOOD), ("b.md", GOOD)))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = b"\x00\x00\x00\x00"
    assert codes(("o.zip", bytes(data))) == ["zip_bomb"]


def test_same_names_from_two_uploads_stay_apart() -> None:
    found = collect_uploads([("a.md", GOOD), ("a.md", GOOD)])
    assert [f.path for f in found.files] == ["a.md", "a (2).md"]
    assert [notice.code for notice in found.warnings] == ["same_name"]


def test_names_that_differ_in_capitals_are_told_and_keep_their_names() -> None:
    found = collect_uploads([("z.zip", archive(("Tides.md", GOOD), ("tides.md", GOOD))), ("b.md", GOOD)])
    assert [f.path for f in found.files] == ["Tides.md", "tides.md", "b.md"]
    [notice] = found.warnings
    assert notice.path == "tides.md"
    assert "capitals" in notice.message


def test_the_last_of_many_files_passed_over_says_that_there_are_more(tmp_path: Path) -> None:
    for n in range(205):
        (tmp_path / f"{n:03}.png").write_bytes(b"x")
    warnings = collect([tmp_path]).warnings
    assert len(warnings) == 200
    assert "more files" in warnings[-1].message


def test_byte_order_marks_and_utf16() -> None:
    assert decode(InputFile("a.md", b"\xef\xbb\xbf# A")) == "# A"
    assert decode(InputFile("a.md", "# Ä".encode("utf-16"))) == "# Ä"


def test_not_utf8_names_line_and_byte() -> None:
    with pytest.raises(Refused) as refused:
        decode(InputFile("a.md", b"# A\n\ncaf\xe9\n"))
    assert refused.value.notice.line == 3
    assert "a.md, line 3" in str(refused.value) and "byte 9" in str(refused.value)


@pytest.mark.parametrize("text", ["[" * 20_480, "x" * 1_000_000, "a\n" + "![" * 12_000])
def test_lines_nobody_wrote_are_named_and_the_rest_is_kept(text: str) -> None:
    alone = read_notes([InputFile("odd.md", text.encode())])
    kept = read_notes([InputFile("odd.md", f"# Tides\n\n{text}\n\nThe sea rises twice.\n".encode())])
    assert kept.errors == () and kept.warnings[0].line >= 3 and "odd.md, line" in kept.warnings[0].message
    assert any(f.text == "The sea rises twice." for f in kept.facts)
    assert alone.errors or alone.warnings
