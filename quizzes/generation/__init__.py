"""Facts → proposed questions, without a language model: over-generate, check against the rubric, keep the best few.

Pure and deterministic: the same draft gives the same proposals. Flow: `Material` indexes the draft, each pattern turns
statements into ideas, `select` picks distractors, finds flaws and ranks them per topic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from content.ingest.model import Draft
from quizzes.generation.fitness import fit
from quizzes.generation.material import Material
from quizzes.generation.model import Proposal
from quizzes.generation.registry import patterns
from quizzes.generation.select import best_of_each_topic, proposal
from quizzes.generation.statements import Known

__all__ = ["Known", "Proposal", "propose"]


def propose(
    draft: Draft,
    others: Sequence[Known] = (),
    most_per_topic: int = 8,
    progress: Callable[[int, int], None] | None = None,
) -> list[Proposal]:
    """The best questions of each topic, in reading order.

    `others`: facts of the same certification that the draft does not hold. `progress(done, total)` is called now and
    then with the number of facts looked at. Nothing is proposed from stubs, nor from a sentence that its author has
    already made a gap of.
    """
    material = Material.of(draft, others)
    stubs = {topic.key for topic in draft.topics if topic.stub}
    taken = {(question.source, question.fact_line) for question in draft.questions if question.fact_line}
    made: list[Proposal] = []
    known = patterns()
    for statement in material.statements:
        if progress and statement.index % 50 == 0:
            progress(statement.index, len(material.statements))
        fact = statement.fact
        if fact.topic in stubs or (fact.source, fact.line_from) in taken:
            continue
        for name, ideas in known.items():
            for idea in ideas(statement, material):
                fair = fit(name, idea, statement, material)
                if fair is not None and (one := proposal(name, fair, statement)):
                    made.append(one)
    return best_of_each_topic(made, most_per_topic)
