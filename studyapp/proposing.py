"""Questions of a draft in which statements disagree: each is asked about as if the other had not been said.

Generation refuses to ask what it is told in two ways. A statement that was decided against is left out for that; of
two that nobody has decided on, the first is proposed with the rest and the second in a reading of its own. Whatever is
proposed of them is held until somebody decides, and is there when somebody does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from content.ingest.model import Draft
from quizzes.generation import Known, Proposal, propose
from studyapp.sides import Sides


def proposals(draft: Draft, found: Sides, progress: Callable[[int, int], None]) -> list[Proposal]:
    """What to ask, `progress(done, total)` as in `propose`. Positions of facts are those of the whole draft."""
    quiet = found.overruled | found.second
    made = propose(_without(draft, quiet), found.known, progress=progress)
    if not found.second:
        return made
    topics = {draft.facts[index].topic for index in found.second}
    here = {index for index, fact in enumerate(draft.facts) if fact.topic in topics} - found.overruled
    titles = {topic.key: topic.title for topic in draft.topics}
    beside = [
        Known(fact.text, titles[fact.topic])
        for index, fact in enumerate(draft.facts)
        if index not in here | found.second | found.held
    ]
    others = set(range(len(draft.facts))) - here | (found.held - found.second)
    again = propose(_without(draft, others), [*found.known, *beside])
    known = {one.fingerprint for one in made}
    return [*made, *(one for one in again if one.fact in found.second and one.fingerprint not in known)]


def _without(draft: Draft, quiet: Collection[int]) -> Draft:
    """The draft with these statements blank: every other one keeps its position."""
    if not quiet:
        return draft
    facts = tuple(
        replace(fact, text="", term=None, value=None, fingerprint="") if index in quiet else fact
        for index, fact in enumerate(draft.facts)
    )
    return replace(draft, facts=facts)
