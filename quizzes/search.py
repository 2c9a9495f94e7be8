"""Search over the questions of one certification: what they ask, and why the answer is right. For its instructors."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from content.models import Certification
from content.search_index import Index, best
from content.search_words import Words
from quizzes.models import Question

MOST = 5_000  # matches; whoever looks for a word that common narrows it down
MOST_ORDERED = 200  # up to here the best come first, beyond it they stand in outline order

QUESTIONS = Index("quizzes_questionversion", (("stem", "A"), ("rationale", "C")), ("quizzes", "0003_search"))


def matching(questions: QuerySet[Question], certification: Certification, text: str) -> QuerySet[Question]:
    """Those whose present words have everything that was typed, the best first; all of them when nothing was."""
    words = Words.of(text)
    if not words:
        return questions
    among = "JOIN quizzes_question AS question ON question.current_id = row.id WHERE question.certification_id = %s"
    pks = best(QUESTIONS, words, among, [certification.pk], MOST)
    found = questions.filter(current__in=pks)
    if not pks or len(pks) > MOST_ORDERED:
        return found
    places = [When(current=pk, then=Value(place)) for place, pk in enumerate(pks)]
    return found.order_by(Case(*places, output_field=IntegerField()), "pk")
