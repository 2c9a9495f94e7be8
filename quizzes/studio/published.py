"""A published source as passages: its lines beside the topics, facts and questions that learners have of them."""

from __future__ import annotations

from content.models import Fact, Source, Topic
from quizzes.models import Question
from quizzes.stems import one_line
from quizzes.studio.preview import Fate, Passage, cut, discards_by_line, fact_fate, with_settings
from quizzes.studio.proposals import label_of


def passages(source: Source, texts: list[str], first: int, last: int) -> list[Passage]:
    """Lines `first` to `last`; three queries, however many there are."""
    fates: dict[int, list[Fate]] = {}
    for line, title in _topics(source, first, last):
        fates.setdefault(line, []).append(Fate("topic", title))
    for fact in _facts(source, first, last):
        fate = fact_fate(fact.text, fact.kind, fact.term, fact.context, fact.topic.title)
        fates.setdefault(fact.line_from, []).append(fate)
    for question in _questions(source, first, last):
        stem = one_line(question.current.stem) if question.current else ""
        link = (question.certification.slug, question.uid)
        fates.setdefault(question.line_from, []).append(
            Fate("question", stem, label_of(question.kind), question.state == Question.State.RETIRED, link)
        )
    fates = with_settings(fates, texts, first)
    return list(
        cut(texts, first, min(last, len(texts)), fates, discards_by_line(source.discarded, first, last))
    )


def _topics(source: Source, first: int, last: int) -> list[tuple[int, str]]:
    live = Topic.objects.live().filter(source=source, line__range=(first, last))
    return list(live.order_by("position").values_list("line", "title"))


def _facts(source: Source, first: int, last: int) -> list[Fact]:
    known = source.facts.exclude(state=Fact.State.RETIRED).filter(line_from__range=(first, last))
    return list(known.select_related("topic").order_by("position"))


def _questions(source: Source, first: int, last: int) -> list[Question]:
    asked = source.questions.filter(line_from__range=(first, last))
    return list(asked.select_related("current", "certification").order_by("position"))
