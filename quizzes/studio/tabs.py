"""The tabs above every page of a preview, with counts. What asks for a decision has a tab only when there is some."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from content.models import IngestionRun
from quizzes.studio.report import Report
from quizzes.studio.waiting import Pairs, Waiting


@dataclass(frozen=True, slots=True)
class Tab:
    """`count` is None where a number says nothing. `open`: how many of them nobody has decided."""

    name: str
    label: str
    url: str
    count: int | None = None
    open: int = 0


def tabs_of(run: IngestionRun, report: Report, waiting: Waiting) -> list[Tab]:
    """All tabs of a run that has a draft, in the order in which an instructor goes through them."""
    several = len(report.files) > 1 or run.certification.revision > 0  # topics can be joined, too
    found = [
        _tab(run, "overview", "Overview", "studio_run"),
        _tab(run, "changes", "Changes", "studio_run_changes", waiting.changes),
        _tab(run, "outline", "Outline", "studio_run_outline", report.topics),
        _tab(run, "source", "Line by line", "studio_run_lines"),
        _tab(run, "left_out", "Left out", "studio_run_left_out", report.left_out),
        _pairs(run, "relinks", "Same statement?", "studio_run_relinks", waiting.relinks),
        _pairs(run, "conflicts", "Disagreements", "studio_run_conflicts", waiting.conflicts),
        _pairs(run, "duplicates", "Said twice", "studio_run_duplicates", waiting.duplicates),
        _tab(run, "merges", "Shared topics", "studio_run_merges", waiting.merges) if several else None,
        _tab(run, "questions", "Questions", "studio_run_questions", report.question_count),
    ]
    return [tab for tab in found if tab is not None]


def _tab(run: IngestionRun, name: str, label: str, route: str, count: int | None = None) -> Tab:
    return Tab(name, label, reverse(route, args=[run.uid]), count)


def _pairs(run: IngestionRun, name: str, label: str, route: str, pairs: Pairs) -> Tab | None:
    tab = replace(_tab(run, name, label, route, pairs.count), open=pairs.undecided)
    return tab if pairs.count else None
