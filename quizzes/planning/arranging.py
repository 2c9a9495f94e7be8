"""The order in which the chosen cards are asked: new ones spread between the others, confusable topics mixed.

Two cards of one topic stand side by side only where it cannot be avoided. First sights keep the reading order of
their topics, and no topic is first seen before what stands above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from quizzes.planning.candidates import Candidate
from quizzes.planning.material import Place

LOOK_AHEAD = 10  # cards; the order by worth matters more than perfect variety


def arrange(
    reviews: Sequence[Candidate], fresh: Sequence[Candidate], places: Mapping[int, Place]
) -> list[Candidate]:
    """`reviews` most worth first, `fresh` in reading order."""
    return Interleaving(merge(reviews, fresh), places).run()


def merge(reviews: Sequence[Candidate], fresh: Sequence[Candidate]) -> list[Candidate]:
    """Spread the new cards evenly between the reviews, so that neither tires."""
    if not reviews or not fresh:
        return [*reviews, *fresh]
    order: list[Candidate] = []
    given = 0
    for place, review in enumerate(reviews, start=1):
        order.append(review)
        upto = place * len(fresh) // len(reviews)
        order.extend(fresh[given:upto])
        given = upto
    return order


class Interleaving:
    """Takes the cards one by one from the front of the queue, or from a little behind it."""

    def __init__(self, cards: Sequence[Candidate], places: Mapping[int, Place]) -> None:
        self.waiting = list(cards)
        self.left = Counter(card.topic_id for card in cards)
        self.fresh_left = Counter(card.topic_id for card in cards if card.is_new)
        topics = set(self.left)
        self.parent = {topic: places[topic].parent if topic in places else None for topic in topics}
        self.above = {topic: _above(topic, places) for topic in topics}
        # Topics first seen today, in reading order; the first of them is the next that may be begun.
        self.to_begin = sorted(self.fresh_left, key=lambda topic: places[topic].position)
        self.last: int | None = None

    def run(self) -> list[Candidate]:
        """All the cards, each once. Empties the queue: an interleaving is run once."""
        order = []
        while self.waiting:
            card = self.waiting.pop(self._next())
            self.left[card.topic_id] -= 1
            if card.is_new:
                self.fresh_left[card.topic_id] -= 1
                if self.to_begin and card.topic_id == self.to_begin[0]:
                    self.to_begin.pop(0)
            self.last = card.topic_id
            order.append(card)
        return order

    def _next(self) -> int:
        """Place of the card to ask now: of a crowded topic, else a near topic's, else any other's, else any."""
        crowd, cards = self.left.most_common(1)[0]
        if crowd != self.last and 2 * cards > len(self.waiting):
            found = self._first(lambda topic: topic == crowd)  # now, or they end up side by side
        elif cards == len(self.waiting):
            found = None  # nothing else is left
        else:
            found = self._near_or_other()
        if found is None:
            found = self._first(lambda topic: True)
        return 0 if found is None else found

    def _near_or_other(self) -> int | None:
        last = self.last
        if last is not None:
            beside = self.parent[last]
            near = self._first(lambda topic: topic != last and self.parent[topic] == beside, LOOK_AHEAD)
            if near is not None:
                return near
        return self._first(lambda topic: topic != last)

    def _first(self, wanted: Callable[[int], bool], within: int | None = None) -> int | None:
        for place, card in enumerate(self.waiting[:within]):
            if wanted(card.topic_id) and (not card.is_new or self._may_begin(card.topic_id)):
                return place
        return None

    def _may_begin(self, topic: int) -> bool:
        """Begun already or next in reading order, and everything above it was shown."""
        if topic in self.to_begin[1:]:
            return False
        return not any(self.fresh_left[above] for above in self.above[topic])


def _above(topic: int, places: Mapping[int, Place]) -> tuple[int, ...]:
    found: list[int] = []
    above = places[topic].parent if topic in places else None
    while above is not None and above in places and above not in found and above != topic:
        found.append(above)
        above = places[above].parent
    return tuple(found)
