"""The statements of a draft as generation sees them: each with the place it stands in and what it hangs on."""

from __future__ import annotations

from dataclasses import dataclass, field

from content.ingest.model import Draft, FactDraft, FactKind
from quizzes.generation.texts import plain
from quizzes.generation.wording import place

Group = tuple[int, str]  # (topic, what stands above in it): one list
_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class Known:
    """A fact of the certification that stands in another upload."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact with what a question about it needs: where it stands and what it hangs on.

    `place`: what a reader would call its topic. `lead`: the parent bullet or the line that announces the list, without
    its colon; "" at the top of a topic. `above`: the context of that lead. `first`: nothing of the topic stands before.
    `upper`: the place that the topic stands in. `trail`: the topics above and its own as places, outermost first.
    """

    index: int
    fact: FactDraft
    plain: str
    place: str
    group: Group
    parent_topic: int | None
    lead: str
    above: str
    first: bool
    upper: str = ""
    trail: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.fact.text


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with its meaning. `index`: its statement. `mark`: what stood between them."""

    term: str
    meaning: str
    mark: str
    bold: bool
    index: int
    group: Group
    parent_topic: int | None
    names: frozenset[str] = field(default=frozenset(), compare=False)


def statements_of(draft: Draft) -> tuple[Statement, ...]:
    """In the order of the facts: `Statement.index` is the fact's."""
    parents: dict[int, int | None] = {}
    places: dict[int, str] = {}
    trails: dict[int, str] = {}
    chains: dict[int, tuple[str, ...]] = {}
    for topic in draft.topics:
        above = topic.parent
        parents[topic.key] = above
        places[topic.key] = place(topic.title, places[above] if above is not None else "")
        chains[topic.key] = (*(chains[above] if above is not None else ()), places[topic.key])
        trails[topic.key] = f"{trails[above]}{_SEPARATOR}{topic.title}" if above is not None else topic.title
    made: list[Statement] = []
    seen: set[int] = set()
    for index, fact in enumerate(draft.facts):
        lead, above_lead = _lead(fact, trails[fact.topic])
        made.append(
            Statement(
                index=index,
                fact=fact,
                plain=plain(fact.text),
                place=places[fact.topic],
                group=(fact.topic, fact.context),
                parent_topic=parents[fact.topic],
                lead=lead,
                above=above_lead,
                first=fact.topic not in seen,
                upper=places.get(above_topic, "") if (above_topic := parents[fact.topic]) is not None else "",
                trail=chains[fact.topic],
            )
        )
        seen.add(fact.topic)
    return tuple(made)


def _lead(fact: FactDraft, trail: str) -> tuple[str, str]:
    """What stands directly above a fact inside its topic, and the context of that."""
    if fact.kind == FactKind.COMPARISON or not fact.context.startswith(trail):
        return "", fact.context
    inside = fact.context.removeprefix(trail).removeprefix(_SEPARATOR)
    above, _, lead = inside.rpartition(_SEPARATOR)
    return lead, f"{trail}{_SEPARATOR}{above}" if above else trail
