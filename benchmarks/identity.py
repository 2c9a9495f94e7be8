"""How well statements are recognised over edits: `python -m benchmarks.identity [--corpus DIR] [--history REPO…]`.

Publishes a version of some notes, publishes the next one, and compares what became of each statement with the truth:
history kept, lost (retired and made anew), or bound to another text. Without arguments the shipped course is edited as
people edit notes (see `benchmarks.edits`), where the truth is known. `--corpus` takes the notes of a folder instead.
`--history` takes every pair of consecutive versions of every Markdown file of a git repository; there a line diff is
the truth, and lines that it takes for others are worth reading (`--show`). Nothing is kept: each pair is rolled back.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.edits import Line, Tree, edited, lines_of, text_of
from content.ingest.comparing.likeness import likeness
from content.ingest.identity import normalise
from content.ingest.model import FactDraft
from content.ingest.read import read_notes
from content.ingest.reading import InputFile

COURSE = Path(__file__).resolve().parent.parent / "content" / "courses" / "aws-developer-associate"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Case = tuple[str, Tree, Tree, list[str]]  # name, old, new, what was done
_SAME_LINE = 60.0  # likeness of two lines of one changed passage that a diff takes for one


@dataclass
class Score:
    """Statements that are in both versions, and what became of them."""

    pairs: int = 0
    both: int = 0
    changed: int = 0
    kept: int = 0
    lost: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        share = 100 / max(self.both, 1)
        return (
            f"{self.pairs} pairs, {self.both} statements, {self.changed} of them changed: "
            f"history kept {self.kept * share:.2f} %, lost {len(self.lost) * share:.2f} %, "
            f"bound to another text {len(self.wrong) * share:.3f} %"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=COURSE, help="folder of notes to edit")
    parser.add_argument("--history", type=Path, nargs="*", default=[], help="git repositories of notes")
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--show", action="store_true", help="print what was lost and what was bound to another text"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _database(folder)
        if args.history:
            cases: Iterable[Case] = itertools.chain(*map(versions, args.history))
        else:
            cases = edits_of(args.corpus, args.cases, args.seed)
        score = measured(cases)
    print(score)
    if args.show:
        for name, old, new in score.wrong:
            print(f"BOUND {name}\n  {old}\n  {new}")
        for name, old, new in score.lost:
            print(f"LOST {name}\n  {old}\n  {new}")
    sys.exit(0 if score.kept >= 0.98 * score.both and len(score.wrong) <= 0.001 * score.both else 1)


def _database(folder: str) -> None:
    os.environ |= {
        "STUDYAPP_DATA_DIR": folder,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "STUDYAPP_LOG_LEVEL": "error",
    }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studyapp.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


# -- pairs of versions --------------------------------------------------------------------------------------------


def edits_of(folder: Path, cases: int, seed: int = 1) -> Iterator[Case]:
    """The notes of a folder, edited again and again from the start."""
    paths = sorted(
        path for path in folder.rglob("*") if path.suffix in {".md", ".txt"} and path.name != "course.md"
    )
    tree = {
        f"notes/{path.relative_to(folder).as_posix()}": lines_of(
            path.read_text(encoding="utf-8", errors="replace")
        )
        for path in paths
    }
    for number in range(cases):
        new, done = edited(tree, Random(f"{seed}-{number}"))
        yield f"edit {number}", tree, new, done


def versions(repository: Path) -> Iterator[Case]:
    """Consecutive versions of each Markdown file of a repository."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(repository), *arguments]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8", "replace")

    names = git("log", "--all", "--name-only", "--pretty=format:", "--", "*.md").split("\n")
    for path in sorted(set(filter(None, names))):
        commits = git("log", "--pretty=%H", "--diff-filter=AM", "--", path).split()[::-1]
        for before, after in itertools.pairwise(commits):
            old, new = git("show", f"{before}:{path}"), git("show", f"{after}:{path}")
            if old.strip() and new.strip() and old != new:
                yield f"{path}@{after[:8]}", *_diffed(path, old, new), ["history"]


def _diffed(path: str, old: str, new: str) -> tuple[Tree, Tree]:
    """Both versions; lines that a diff takes for one share their id, and so do those that stand elsewhere unchanged."""
    before, after = lines_of(old), lines_of(new)
    matcher = difflib.SequenceMatcher(None, [x.text for x in before], [x.text for x in after], autojunk=False)
    left: list[Line] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            for one, other in zip(before[a:b], after[c:d], strict=True):
                other.id = one.id
            continue
        gone, come = ([line for line in part if line.text.strip()] for part in (before[a:b], after[c:d]))
        pairs = enumerate(itertools.product(gone, come))
        scored = [(likeness(one.text, other.text), -n, one, other) for n, (one, other) in pairs]
        scored.sort(key=lambda row: row[:2], reverse=True)
        for score, _, one, other in scored:
            if score >= _SAME_LINE and one in gone and other in come:
                other.id = one.id
                gone.remove(one)
                come.remove(other)
        left += gone
    ids = {line.id for line in before}
    elsewhere: dict[str, list[Line]] = defaultdict(list)
    for line in left:
        elsewhere[_words(line)].append(line)
    for line in after:
        if line.id not in ids and elsewhere.get(_words(line)):
            line.id = elsewhere[_words(line)].pop(0).id
    return {path: before}, {path: after}


def _words(line: Line) -> str:
    return re.sub(r"^[\s>*+-]+", "", line.text).strip()


# -- what became of each statement --------------------------------------------------------------------------------


def measured(cases: Iterable[Case]) -> Score:
    """Publish old and new of each case, and count."""
    score = Score()
    for name, old, new, done in cases:
        _measure(f"{name} ({', '.join(done)})", old, new, score)
    return score


def _measure(name: str, old_tree: Tree, new_tree: Tree, score: Score) -> None:
    from django.db import transaction

    from content.ingest.publish import publish
    from content.models import Certification

    old, new = (
        read_notes([InputFile(path, text_of(lines).encode()) for path, lines in tree.items()])
        for tree in (old_tree, new_tree)
    )
    with transaction.atomic():
        certification = Certification.objects.create(slug="measured", title="Measured")
        first = publish(certification, old, None, None, NOW).facts.ids
        second = publish(certification, new, None, None, NOW).facts.ids
        transaction.set_rollback(True)
    index_of = {pk: index for index, pk in first.items()}
    bound = {index_of[pk]: index for index, pk in second.items() if pk in index_of}
    truth = _truth(old.facts, old_tree, new.facts, new_tree)
    twins: dict[str, set[str]] = defaultdict(set)  # what equal statements have become: they may trade places
    for index, other in truth.items():
        twins[old.facts[index].fingerprint] |= {old.facts[index].fingerprint, new.facts[other].fingerprint}
    own_before, own_after = _lines(old.facts, old_tree), _lines(new.facts, new_tree)
    score.pairs += 1
    for index, fact in enumerate(old.facts):
        said, now = truth.get(index), bound.get(index)
        text = new.facts[now].text if now is not None else ""
        if said is not None:
            score.both += 1
            score.changed += new.facts[said].fingerprint != fact.fingerprint
            if now is None:
                score.lost.append((name, fact.text, new.facts[said].text))
        if now is None:
            continue
        # A line that was split or joined: a part of it is no other text.
        fine = bool(own_before[index] & own_after[now]) or (
            new.facts[now].fingerprint in twins[fact.fingerprint] | {fact.fingerprint}
        )
        score.kept += fine and said is not None
        if not fine:
            score.wrong.append((name, fact.text, text))


def _truth(
    old: Sequence[FactDraft], old_tree: Tree, new: Sequence[FactDraft], new_tree: Tree
) -> dict[int, int]:
    """Statement → statement, by the lines that they share; within a line those that are most alike."""
    lines_before, lines_after = _by_line(old, old_tree), _by_line(new, new_tree)
    scored = {
        (a, b): likeness(normalise(old[a].text), normalise(new[b].text))
        for line, here in lines_before.items()
        for a in here
        for b in lines_after.get(line, ())
    }
    found: dict[int, int] = {}
    taken: set[int] = set()
    for a, b in sorted(scored, key=lambda pair: (-scored[pair], abs(pair[0] - pair[1]), pair[0])):
        if a not in found and b not in taken:
            found[a] = b
            taken.add(b)
    return found


def _by_line(facts: Sequence[FactDraft], tree: Tree) -> dict[int, list[int]]:
    """Line → the statements that were read from it."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, lines in enumerate(_lines(facts, tree)):
        for line in lines:
            found[line].append(index)
    return found


def _lines(facts: Sequence[FactDraft], tree: Tree) -> list[set[int]]:
    return [
        {line.id for line in tree[fact.source][fact.line_from - 1 : fact.line_to] if line.text.strip()}
        for fact in facts
    ]


if __name__ == "__main__":
    main()
