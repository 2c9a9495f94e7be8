"""How well and how fast notes are read: `python benchmarks/ingestion.py --corpus DIR [--gold FILE]`.

Prints, for every file of the corpus: lines unaccounted for (must be 0), topics, facts, tab tables, list items kept
against cmark-gfm. With `--gold` (columns line, kind, title; tab-separated) also precision, recall and F1 of the
titles: a topic is right when it stands within two lines of a gold title and shares at least half of its words.
Then the speed on generated text of 0.25, 1 and 4 MB: seconds a MB should stay the same.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from content.ingest.model import BlockKind, Draft, SourceDraft, TopicDraft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile, collect

_CONT = re.compile(r"\(?cont(inued)?\.?\)?")
_ITEM = re.compile(r"<li\b")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, help="folder of notes")
    parser.add_argument("--gold", type=Path, help="titles that a person marked in one file of the corpus")
    parser.add_argument("--source", default="", help="which file the gold belongs to (part of its name)")
    parser.add_argument("--sizes", default="0.25,1,4", help="MB of generated text")
    args = parser.parse_args()
    if args.corpus:
        corpus(args.corpus, args.gold, args.source)
    speed([float(size) for size in args.sizes.split(",") if size])


def corpus(folder: Path, gold: Path | None, part: str) -> None:
    """One line a file."""
    files = collect([folder]).files
    started = time.perf_counter()
    draft = read_notes(files)
    seconds = time.perf_counter() - started
    size = sum(len(file.data) for file in files) / 1_000_000
    print(
        f"corpus: {len(files)} files, {size:.2f} MB, {seconds:.2f} s, {size / seconds:.2f} MB/s, "
        f"errors {len(draft.errors)}"
    )
    for source in draft.sources:
        print(describe(draft, source))
    if gold is not None:
        part = part or re.sub(r"\D", "", gold.stem)[:3]
        print(
            f"titles of {part} against {gold.name}: {titles([t for t in draft.topics if part in t.source], gold)}"
        )


def describe(draft: Draft, source: SourceDraft) -> str:
    """What became of one file."""
    lost = source.nonblank - source.in_blocks - sum(d.nonblank for d in source.discarded)
    tab = [
        b
        for b in source.blocks
        if b.kind == BlockKind.TABLE and "\t" in source.text.split("\n")[b.line_from - 1]
    ]
    kept, nested = items(source)
    return (
        f"  {source.path}: {source.dialect}, unaccounted {lost}, "
        f"topics {sum(t.source == source.path for t in draft.topics)}, "
        f"facts {sum(f.source == source.path for f in draft.facts)}, "
        f"tab tables {len(tab)} with {sum(len(b.rows) for b in tab)} rows, list items {kept}, nested {nested}"
    )


def items(source: SourceDraft) -> tuple[str, str]:
    """Our list items and nested ones beside those of cmark-gfm, as "ours/theirs"."""
    import cmarkgfm

    ours = [b for b in source.blocks if b.kind == BlockKind.ITEM]
    html = cmarkgfm.github_flavored_markdown_to_html(source.text)
    depth = theirs = theirs_nested = 0
    for tag in re.findall(r"</?(?:ul|ol|li)\b", html):
        if tag in ("<ul", "<ol"):
            depth += 1
        elif tag in ("</ul", "</ol"):
            depth -= 1
        elif tag == "<li":
            theirs += 1
            theirs_nested += depth > 1
    return f"{len(ours)}/{theirs}", f"{sum(b.depth > 0 for b in ours)}/{theirs_nested}"


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", _CONT.sub("", text.lower())))


def titles(found: list[TopicDraft], gold: Path) -> str:
    """Precision, recall, F1."""
    free = wanted(gold)
    total, hits = len(free), 0
    for topic in found:
        for entry in free:
            near = abs(entry[0] - topic.line) <= 2
            a, b = words(entry[1]), words(topic.title)
            if near and len(a & b) >= 0.5 * max(len(a), len(b), 1):
                free.remove(entry)
                hits += 1
                break
    precision, recall = hits / max(len(found), 1), hits / max(total, 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return f"gold {total}, found {len(found)}, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


def wanted(gold: Path) -> list[tuple[int, str]]:
    """Gold titles; subtitles, continuations and repeats of the title before are not topics."""
    rows: list[tuple[int, str]] = []
    last: set[str] | None = None
    for row in gold.read_text("utf-8").splitlines()[1:]:
        line, kind, title, *rest = row.split("\t")
        title = rest[0] if rest and rest[0] else title
        if kind.lower().startswith(("subtitle", "not a topic", "cont")) or words(title) == last:
            continue
        rows.append((int(line), title))
        last = words(title)
    return rows


def speed(sizes: list[float]) -> None:
    """Seconds a MB for growing input; the ratio to the smallest says whether cost is linear."""
    first = 0.0
    for size in sizes:
        data = generated(int(size * 1_000_000))
        started = time.perf_counter()
        draft = read_notes([InputFile("generated.md", data)])
        each = (time.perf_counter() - started) / (len(data) / 1_000_000)
        first = first or each
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"generated {size:g} MB: {each:.2f} s a MB ({each / first:.2f} x the smallest), {1 / each:.2f} MB/s, "
            f"{len(draft.facts)} facts, peak {peak:.0f} MB"
        )


def generated(size: int) -> bytes:
    """Notes made of harbour words: headings, nested lists, paragraphs, tables, code, in fixed proportions."""
    draw = random.Random(7)
    nouns = re.findall(
        r"\w+", "quay pier crane tide rope sail pilot gate berth buoy signal winch anchor channel light"
    )
    verbs = ["holds", "opens", "closes", "guides", "lifts", "marks", "needs", "carries", "shows", "keeps"]
    parts: list[str] = []
    length = number = 0
    while length < size:
        number += 1
        noun = draw.choice(nouns)
        said = [sentence(draw, nouns, verbs, number) for _ in range(6)]
        part = (
            f"## {noun.title()} {number}\n\n{said[0]}. {said[1]}.\n\n"
            f"- **{noun.title()}**: {said[2].lower()}\n  - {said[3]}\n    - {said[4]}\n- {said[5]}\n\n"
            f"| Berth | Depth |\n| --- | --- |\n| {number} | {draw.randint(3, 20)} m |\n\n"
            f"```sh\nopen --gate {number}\n```\n\n"
        )
        parts.append(part)
        length += len(part)
    return "".join(parts).encode()


def sentence(draw: random.Random, nouns: list[str], verbs: list[str], number: int) -> str:
    """One statement about a harbour."""
    count = draw.randint(2, 90)
    return f"The {draw.choice(nouns)} {draw.choice(verbs)} {count} {draw.choice(nouns)}s at berth {number}"


if __name__ == "__main__":
    main()
