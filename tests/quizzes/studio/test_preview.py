"""The preview: every line accounted for, questions chosen, pages whose queries do not grow with the draft."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from content.models import Certification, IngestionRun
from quizzes.studio.preview import Fate, Preview, cut, discards_by_line, fact_fate
from tests.quizzes.studio import rooms

PAGES = [
    "studio_run",
    "studio_run_changes",
    "studio_run_relinks",
    "studio_run_outline",
    "studio_run_lines",
    "studio_run_left_out",
    "studio_run_questions",
]
db = pytest.mark.django_db


# --- pure ----------------------------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["", "  ", "a line", "- another"]), min_size=1, max_size=40),
    st.sets(st.integers(1, 40), max_size=8),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)), max_size=5),
    st.integers(1, 40),
)
def test_every_line_is_in_exactly_one_passage(
    texts: list[str], begins: set[int], discards: list[tuple[int, int]], first: int
) -> None:
    first = min(first, len(texts))
    rows = [
        {"line_from": at, "line_to": at + more, "nonblank": 1, "reason": "debris"} for at, more in discards
    ]
    out = discards_by_line(rows, first, len(texts))
    found = list(cut(texts, first, len(texts), {line: [Fate("fact", "x")] for line in begins}, out))
    assert [line for passage in found for line in passage.lines] == texts[first - 1 :]
    assert [passage.first for passage in found] == [
        first + sum(len(before.lines) for before in found[:place]) for place in range(len(found))
    ]
    for passage in found:
        left_out = {number in out for number, text in passage.numbered if text.strip()}
        assert len(left_out) <= 1
        assert not left_out or left_out == {passage.left_out}


def test_a_fact_is_told_without_its_headings_and_without_repeating_the_line() -> None:
    fate = fact_fate("**Wick** – the cord", "definition", "Wick", "Lanterns › Parts › Inside", "Parts")
    assert (fate.text, fate.detail) == ("Wick – the cord", "definition, about Wick, under “Inside”")
    [passage] = cut(["- **Wick** – the cord"], 1, 1, {1: [fate]}, {})
    assert passage.told[0].text == ""


# --- pages ---------------------------------------------------------------------------------------------------


def get(client: Client, name: str, run: IngestionRun, **query: Any) -> Any:
    return client.get(reverse(name, args=[run.uid]), query)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@db
def test_the_outline_has_every_topic_in_order_with_its_line(run: IngestionRun, client: Client) -> None:
    shown = text_of(get(client, "studio_run_outline", run))
    assert shown.index("Lanterns</span>") < shown.index("Trimming</span>")
    trimming = Preview(run.draft or {}).outline()[1].key
    assert f'href="?topic={trimming}#passage"' in shown
    beside = text_of(get(client, "studio_run_outline", run, topic=trimming))
    assert "?line=10#L10" in beside
    assert "Trim the wick every 8 hours." in beside


@db
def test_line_by_line_shows_the_lines_and_what_became_of_them(run: IngestionRun, client: Client) -> None:
    shown = text_of(get(client, "studio_run_lines", run))
    for number in range(1, len(rooms.LANTERNS.splitlines()) + 1):
        if rooms.LANTERNS.splitlines()[number - 1].strip():
            assert f'id="L{number}"' in shown
    assert "<strong>Lanterns</strong>" in shown
    assert "definition" in shown
    assert "taken as written" in shown
    assert re.search(r'data-state="discarded"><a [^>]+>\d+</a><span>\[Back to top]', shown)


@db
def test_a_line_opens_its_page(certification: Certification, owner: User, client: Client) -> None:
    run = rooms.preview(certification, owner, rooms.upload("shelves.md", rooms.many_notes(60)))
    shown = text_of(get(client, "studio_run_lines", run, line=199))
    assert 'id="L199"' in shown
    assert 'id="L5"' not in shown
    assert get(client, "studio_run_lines", run, line="x", page="-4").status_code == 200


@db
def test_what_was_left_out_is_listed_by_reason(run: IngestionRun, client: Client) -> None:
    answer = get(client, "studio_run_left_out", run)
    assert "[Back to top](#top)" in text_of(answer)
    assert run.draft is not None
    left = [discard for source in run.draft["sources"] for discard in source["discarded"]]
    assert answer.context["total"] == sum(discard["nonblank"] for discard in left) > 0
    assert get(client, "studio_run_left_out", run, reason="no such reason").status_code == 200


@db
def test_a_file_that_is_not_there(run: IngestionRun, client: Client) -> None:
    assert client.get(reverse("studio_run_source", args=[run.uid, 7])).status_code == 404


@db
def test_without_a_draft_there_is_no_preview(
    certification: Certification, owner: User, client: Client
) -> None:
    run = rooms.waiting(certification, owner)
    assert get(client, "studio_run_outline", run).status_code == 404


def queries(client: Client, run: IngestionRun) -> dict[str, int]:
    counted = {}
    for name in PAGES:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert get(client, name, run).status_code == 200
        counted[name] = len(seen)
    return counted


@db
def test_queries_do_not_grow_with_the_draft(
    certification: Certification, owner: User, client: Client
) -> None:
    small = rooms.preview(certification, owner, rooms.upload("small.md", rooms.many_notes(6)))
    large = rooms.preview(certification, owner, rooms.upload("large.md", rooms.many_notes(24)))
    assert queries(client, small) == queries(client, large)
    assert max(queries(client, large).values()) <= 8


@db
def test_the_outline_counts_facts_and_questions(run: IngestionRun) -> None:
    assert run.draft is not None
    rows = Preview(run.draft).outline()
    assert sum(row.facts for row in rows) == len(run.draft["facts"])
    assert sum(row.questions for row in rows) == len(run.draft["questions"]) + len(run.draft["proposals"])


# --- the outline -----------------------------------------------------------------------------------------------


def drafted(**files: list[tuple[str, int, int | None]]) -> dict[str, Any]:
    """A draft of files with topics (title, line, index of the topic above within the file), ten lines each."""
    topics: list[dict[str, Any]] = []
    sources = []
    for name, rows in files.items():
        text = "\n".join(f"line {number}" for number in range(1, 11))
        sources.append({"path": f"{name}.md", "text": text, "lines": 10, "discarded": []})
        before = len(topics)
        topics += [
            {
                "key": before + place,
                "title": title,
                "depth": 0 if above is None else 1,
                "parent": None if above is None else before + above,
                "domain": None,
                "source": f"{name}.md",
                "line": line,
            }
            for place, (title, line, above) in enumerate(rows)
        ]
    return {"sources": sources, "topics": topics}


def test_topics_that_are_one_stand_once_with_all_their_files() -> None:
    draft = drafted(
        a=[("Queues", 1, None), ("Fan-out", 4, 0)],
        b=[("Messaging", 1, None), ("Fan-out", 3, 0), ("Topics", 7, 1)],
    )
    draft["topics"][4]["parent"] = 3
    draft["facts"] = [{"topic": 1}, {"topic": 3}]
    rows = Preview(draft | {"groups": [[3, 1]]}).outline()
    assert [(row.title, row.level) for row in rows] == [
        ("Queues", 0), ("Fan-out", 1), ("Topics", 2), ("Messaging", 0),
    ]  # fmt: skip
    fan_out = rows[1]
    assert fan_out.facts == 2
    assert [(start.path, start.line, start.last) for start in fan_out.files] == [
        ("a.md", 4, 10),
        ("b.md", 3, 6),
    ]


def test_without_groups_the_outline_is_that_of_the_draft() -> None:
    draft = drafted(a=[("One", 1, None), ("Two", 2, 0)], b=[("Three", 1, None)])
    assert [row.title for row in Preview(draft).outline()] == ["One", "Two", "Three"]


@pytest.mark.parametrize("line", range(1, 6))
def test_a_line_by_itself_loses_no_line(line: int) -> None:
    draft = drafted(a=[("One", 1, None), ("Two", 3, 0)])
    passages = Preview(draft).passages(0, 1, 5, alone=line)
    assert [text for passage in passages for text in passage.lines] == [f"line {n}" for n in range(1, 6)]
    [alone] = [passage for passage in passages if passage.chosen]
    assert (alone.first, len(alone.lines)) == (line, 1)


@db
def test_a_topic_of_several_files_shows_the_lines_of_each(
    certification: Certification, owner: User, client: Client
) -> None:
    one = "# Lanterns\n\n## Wicks\n\n- A wick of cotton draws oil.\n"
    other = "# Lanterns\n\n## Wicks\n\n- A wick of cotton draws oil quickly.\n- Wicks lie dry.\n"
    run = rooms.preview(certification, owner, rooms.upload("a.md", one), rooms.upload("b.md", other))
    [wicks] = [row for row in Preview(run.draft or {}).outline() if row.title == "Wicks"]
    beside = client.get(
        reverse("studio_run_outline", args=[run.uid]), {"topic": wicks.key}, headers={"HX-Target": "passage"}
    )
    shown = text_of(beside)
    assert "<html" not in shown
    assert "Told by 2 files" in shown
    assert "A wick of cotton draws oil." in shown
    assert "A wick of cotton draws oil quickly." in shown
    assert "HX-Target" in beside["Vary"], "no cache may give the passage for the page"
