"""How well and how fast notes are read: `python benchmarks/ingestion.py --corpus DIR [--gold FILE ...]`.

Prints, for every file of the corpus: lines unaccounted for (must be 0), topics, facts, tab tables, list items kept
against cmark-gfm; then, for the corpus as one certification: topics that several files share, contradictions, questions
by pattern, flaws of the rubric, how often the longest option is the key, and whether a second reading is the same.

With `--gold` (columns line, kind, title; tab-separated; the digits in the file's name say which source it belongs to)
also precision, recall, F1 and order of the titles: a topic is right when it stands within two lines of a gold title and
shares at least half of its words.

Then the whole way (read, merge, contradictions, questions) on generated text of 0.25, 1 and 4 MB, each in a process of
its own: seconds and memory a MB should stay the same. Python-Markdown parsing 1 MB is the reference.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.whole_way import in_a_process
from content.ingest.blocks.listing import rows
from content.ingest.comparing import conflicts
from content.ingest.model import BlockKind, Draft, SourceDraft, TopicDraft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile, collect
from content.ingest.topics import joining
from quizzes.generation import Proposal, propose

_CONT = re.compile(r"\(?cont(inued)?\.?\)?")
_ITEM = re.compile(r"<li\b")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, help="folder of notes")
    parser.add_argument(
        "--gold", type=Path, nargs="*", default=[], help="titles that a person marked in a file"
    )
    parser.add_argument("--source", default="", help="which file the gold belongs to (part of its name)")
    parser.add_argument("--sizes", default="0.25,1,4", help="MB of generated text")
    args = parser.parse_args(arguments)
    if args.corpus:
        corpus(args.corpus, args.gold, args.source)
    speed([float(size) for size in args.sizes.split(",") if size])


def corpus(folder: Path, golds: Sequence[Path], part: str) -> None:
    """One line a file, then what the files say together."""
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
    for gold in golds:
        name = part or re.sub(r"\D", "", gold.stem)[:3]
        print(
            f"titles of {name} against {gold.name}: {titles([t for t in draft.topics if name in t.source], gold)}"
        )
    together(draft, files)


def together(draft: Draft, files: list[InputFile]) -> None:
    """What the files of one certification say together, and what is asked of it."""
    joined = joining.join(draft, [])
    sources = {topic.key: topic.source for topic in draft.topics}
    shared = [keys for keys in joined.members().values() if len({sources[key] for key in keys}) > 1]
    print(
        f"merged: {len(draft.topics)} topics are {len(set(joined.group.values()))}, {len(shared)} in several files"
    )
    found = conflicts.find(draft.facts)
    kinds = ", ".join(
        f"{kind} {count}" for kind, count in Counter(str(one.kind) for one in found).most_common()
    )
    print(f"contradictions: {len(found)} ({kinds or 'none'})")
    questions(propose(draft))
    again = read_notes(files)
    known = {fact.fingerprint for fact in draft.facts}
    new = sum(fact.fingerprint not in known for fact in again.facts)
    print(f"read again: {'the same draft' if again == draft else 'another draft'}, {new} new statements")


def questions(made: list[Proposal]) -> None:
    """How many by pattern, what the rubric finds, and how often the longest option gives the key away."""
    print(f"questions: {len(made)}; " + counts(one.pattern for one in made))
    sound = sum(len(one.flaws) <= 1 for one in made)
    print(
        f"flaws: at most one in {share(sound, len(made))}; "
        + counts(flaw for one in made for flaw in one.flaws)
    )
    longest = [key_is_longest(one.payload.get("options") or []) for one in made]
    choices = [one for one in longest if one is not None]
    print(f"longest option is the key: {share(sum(choices), len(choices))} of {len(choices)} with options")


def key_is_longest(options: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether the key alone is the longest of the options; None where there are none."""
    right = [len(str(o["text"])) for o in options if o.get("correct")]
    wrong = [len(str(o["text"])) for o in options if not o.get("correct")]
    return min(right) > max(wrong) if right and wrong else None


def counts(names: Iterable[str]) -> str:
    """Each name with how often it came, most frequent first."""
    return ", ".join(f"{name} {count}" for name, count in Counter(names).most_common()) or "none"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


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
    """Our list items and nested ones, also those left out, beside those of cmark-gfm, as "ours/theirs"."""
    import cmarkgfm

    ours = [row.block for row in rows(source.path, source.text) if row.block.kind == BlockKind.ITEM]
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
    nested = sum(b.depth > 0 for b in ours)
    return (
        f"{len(ours)}/{theirs}{off(len(ours), theirs)}",
        f"{nested}/{theirs_nested}{off(nested, theirs_nested)}",
    )


def off(ours: int, theirs: int) -> str:
    return f" ({100 * (ours - theirs) / theirs:+.1f} %)" if theirs else ""


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", _CONT.sub("", text.lower())))


def titles(found: list[TopicDraft], gold: Path) -> str:
    """Precision, recall, F1."""
    free = wanted(gold)
    total, hits = len(free), 0
    lines: list[int] = []
    for topic in found:
        for entry in free:
            near = abs(entry[0] - topic.line) <= 2
            a, b = words(entry[1]), words(topic.title)
            if near and len(a & b) >= 0.5 * max(len(a), len(b), 1):
                free.remove(entry)
                lines.append(entry[0])
                hits += 1
                break
    precision, recall = hits / max(len(found), 1), hits / max(total, 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    ordered = sum(a < b for a, b in pairwise(lines)) / max(len(lines) - 1, 1)
    return (
        f"gold {total}, found {len(found)}, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}, "
        f"in order {ordered:.3f}"
    )


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
    """The whole way for growing input; the ratios to the smallest say whether cost and memory are linear."""
    first: tuple[float, float] | None = None
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            path = Path(name) / f"generated-{size:g}.md"
            path.write_bytes(generated(int(size * 1_000_000)))
            told = in_a_process(path)
            each = sum(told["seconds"].values()) / told["mb"]
            grown = (told["peak"] - told["before"]) / told["mb"]
            first = first or (each, grown)
            stages = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in told["seconds"].items())
            print(
                f"generated {size:g} MB: {each:.2f} s a MB ({each / first[0]:.2f} x the smallest): {stages}; "
                f"peak {told['peak']:.0f} MB, {grown:.0f} MB a MB ({grown / first[1]:.2f} x the smallest); "
                f"{told['topics']} topics, {told['facts']} facts, {told['questions']} questions"
            )
        if sizes:
            path = Path(name) / "reference.md"
            path.write_bytes(generated(1_000_000 if 1 in sizes else int(sizes[0] * 1_000_000)))
            told = in_a_process(path, "--parser")
            seconds = told["seconds"]["parse"]
            print(
                f"Python-Markdown parses {told['mb']:.2f} MB in {seconds:.2f} s, {told['mb'] / seconds:.2f} MB/s"
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
