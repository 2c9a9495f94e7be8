"""Which cards fill the minutes: the most urgent first, one of each sibling group, first sights in reading order.

Plain functions. A row number of the material stands for a card.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan

from quizzes.planning.material import Material, Place

MOST_CARDS = 500  # in one plan; who finishes them gets the next
TRIES = 50  # cards that do not fit any more, before it is given up to look for a shorter one


class FirstSights:
    """The questions not met yet, handed out in reading order: what stands above a topic comes before the topic."""

    def __init__(self, material: Material, rows: Iterable[int]) -> None:
        self.places: Mapping[int, Place] = material.places
        self._waiting: dict[int, deque[int]] = {}
        self._topics: dict[int | None, deque[int]] = {}
        for row in rows:
            topic = int(material.topic[row])
            if topic not in self._waiting:
                self._waiting[topic] = deque()
                self._topics.setdefault(self.places[topic].domain, deque()).append(topic)
            self._waiting[topic].append(row)

    def next_of(self, domain: int | None) -> int | None:
        """The row to show first in this domain, or one above it in the tree; None when all were handed out."""
        topics = self._topics.get(domain, deque())
        while topics and not self._waiting[topics[0]]:
            topics.popleft()
        return self._waiting[self._first_above(topics[0])].popleft() if topics else None

    def _first_above(self, topic: int) -> int:
        """The topic itself, or the highest above it that still has questions nobody has shown."""
        found, above = topic, self.places[topic].parent
        met = {topic}  # a tree that was edited into a ring must not hang the plan
        while above is not None and above in self.places and above not in met:
            met.add(above)
            if self._waiting.get(above):
                found = above
            above = self.places[above].parent
        return found


@dataclass(slots=True)
class Basket:
    """What is taken so far, within hard limits."""

    seconds_left: float
    taken_groups: set[str] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    most: int = MOST_CARDS

    @property
    def full(self) -> bool:
        return len(self.rows) >= self.most or self.seconds_left <= 0

    def buries(self, group: str) -> bool:
        return bool(group) and group in self.taken_groups

    def take(self, row: int, group: str, seconds: float) -> bool:
        """False when it does not fit, or a sibling is asked today."""
        if self.full or seconds > self.seconds_left or self.buries(group):
            return False
        self.rows.append(row)
        self.seconds_left -= seconds
        if group:
            self.taken_groups.add(group)
        return True


def by_weight(material: Material, unseen: Iterable[int], most: int) -> list[int]:
    """Unseen rows, the domains taken in proportion to their weights: the one furthest behind its share is next."""
    queues: dict[int | None, deque[int]] = {}
    weights: dict[int | None, float] = {}
    for row in unseen:
        place = material.places[int(material.topic[row])]
        queues.setdefault(place.domain, deque()).append(row)
        weights[place.domain] = max(1e-9, place.weight)
    taken = dict.fromkeys(queues, 0)
    order: list[int] = []
    while queues and len(order) < most:
        domain = min(queues, key=lambda one: (taken[one] + 0.5) / weights[one])
        order.append(queues[domain].popleft())
        taken[domain] += 1
        if not queues[domain]:
            del queues[domain]
    return order


def fill(basket: Basket, order: Iterable[int], material: Material, seconds: Sequence[float]) -> None:
    """Take rows in this order while they fit. An unseen row stands for the next first sight of its domain."""
    order = list(order)
    unseen = {row for row in order if isnan(material.stability[row])}
    first_sights = FirstSights(material, sorted(unseen))
    misses = 0
    for row in order:
        if basket.full or misses > TRIES:
            return
        if row not in unseen:
            misses += not _fits(basket, row, material, seconds)
            continue
        domain = material.places[int(material.topic[row])].domain
        while (chosen := first_sights.next_of(domain)) is not None and basket.buries(material.group[chosen]):
            pass  # its sibling is asked today: it waits for another day
        if chosen is not None:
            misses += not _fits(basket, chosen, material, seconds)


def _fits(basket: Basket, row: int, material: Material, seconds: Sequence[float]) -> bool:
    taken = basket.take(row, material.group[row], seconds[row])
    return taken or basket.buries(material.group[row])
