"""One file all the way: read, outline, merge, contradictions, questions. Time of each stage and the most memory used.

`python benchmarks/whole_way.py FILE` prints one line of JSON. `benchmarks/ingestion.py` runs it in a process of its own
for every size, so that the memory of one size does not show in the next. With `--parser` the file is only parsed by
Python-Markdown, as a reference on the same machine in the same run.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--parser", action="store_true", help="parse with Python-Markdown instead")
    args = parser.parse_args()
    sys.stdout.write(json.dumps(parse(args.file) if args.parser else go(args.file)) + "\n")


def in_a_process(path: Path, *options: str) -> dict[str, Any]:
    """`go` or `parse` in a new process; its answer."""
    told = subprocess.run(
        [sys.executable, __file__, str(path), *options], capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def go(path: Path) -> dict[str, Any]:
    """Seconds of each stage, megabytes of the file and at the peak, and how much came out."""
    from content.ingest.comparing import conflicts
    from content.ingest.read import read_notes
    from content.ingest.reading import InputFile
    from content.ingest.topics import joining
    from quizzes.generation import propose

    data = path.read_bytes()
    before = peak()
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        done = work()
        seconds[stage] = time.perf_counter() - started
        return done

    draft = timed("read", lambda: read_notes([InputFile(path.name, data)]))
    joined = timed("merge", lambda: joining.join(draft, []))
    found = timed("contradictions", lambda: conflicts.find(draft.facts))
    made = timed("questions", lambda: propose(draft))
    return {
        "mb": len(data) / 1_000_000,
        "seconds": seconds,
        "peak": peak(),
        "before": before,
        "topics": len(draft.topics),
        "rows": len(set(joined.group.values())),
        "facts": len(draft.facts),
        "contradictions": len(found),
        "questions": len(made),
    }


def parse(path: Path) -> dict[str, Any]:
    """What Python-Markdown alone takes, with the extensions that notes are rendered with."""
    import markdown

    text = path.read_text("utf-8")
    started = time.perf_counter()
    markdown.Markdown(extensions=["tables", "fenced_code", "sane_lists"]).convert(text)
    return {
        "mb": len(text.encode()) / 1_000_000,
        "seconds": {"parse": time.perf_counter() - started},
        "peak": peak(),
    }


def peak() -> float:
    """Megabytes that this process held at most. What the process that started it held does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found.group(1)) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
