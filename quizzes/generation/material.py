"""Everything that patterns may look at, indexed once: the statements of a draft and what is known beside them.

`Material` is made from the draft and from facts of the same certification that the draft does not hold, so that a
distractor is never something that any source asserts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from content.ingest.identity import normalise
from content.ingest.markup import plain
from content.ingest.model import Block, BlockKind, Draft, FactDraft, FactKind
from quizzes.generation.numbers import numbers
from quizzes.generation.wording import aliases, content_words, head_noun, names_something, place, split_term


@dataclass(frozen=True, slots=True)
class Known:
    """A fact of the certification that stands in another upload."""

    text: str
    title: str = ""


_RAREST = 4
_LOOKED_AT = 100
Group = tuple[int, str]  # (topic, what stands above in it): one list


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact with what a question about it needs: where it stands and what it hangs on.

    `lead`: the parent bullet or the line that announces the list, without its colon; "" at the top of a topic.
    """

    index: int
    fact: FactDraft
    plain: str
    place: str
    group: Group
    parent_topic: int | None
    lead: str

    @property
    def text(self) -> str:
        return self.fact.text


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with its meaning. `index`: its statement, -1 when it stands in another upload."""

    term: str
    meaning: str
    mark: str
    bold: bool
    index: int
    group: Group
    parent_topic: int | None
    names: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: row × column. `corner`: the header above the row keys."""

    index: int
    row: str
    column: str
    text: str
    corner: str
    table: tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Counted:
    """A statement with figures of one unit."""

    text: str
    telling: frozenset[str]
    figures: frozenset[str]


@dataclass(frozen=True)
class Material:
    draft: Draft
    statements: tuple[Statement, ...]
    others: tuple[Known, ...] = ()

    @classmethod
    def of(cls, draft: Draft, others: Sequence[Known] = ()) -> Material:
        parents = {topic.key: topic.parent for topic in draft.topics}
        titles = {topic.key: topic.title for topic in draft.topics}
        places: dict[int, str] = {}
        trails: dict[int, str] = {}
        for topic in draft.topics:
            above = topic.parent
            places[topic.key] = place(topic.title, titles[above] if above is not None else "")
            trails[topic.key] = f"{trails[above]} › {topic.title}" if above is not None else topic.title
        statements = tuple(
            Statement(
                index=index,
                fact=fact,
                plain=plain(fact.text),
                place=places[fact.topic],
                group=(fact.topic, fact.context),
                parent_topic=parents[fact.topic],
                lead=_lead(fact, trails[fact.topic]),
            )
            for index, fact in enumerate(draft.facts)
        )
        return cls(draft, statements, tuple(others))

    @cached_property
    def members_of(self) -> dict[Group, tuple[Statement, ...]]:
        """The statements of each list, in order."""
        groups: dict[Group, list[Statement]] = defaultdict(list)
        for one in self.statements:
            groups[one.group].append(one)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def blocks(self) -> dict[tuple[str, int], Block]:
        """By source and line: items by their first line, tables by each of theirs."""
        found: dict[tuple[str, int], Block] = {}
        for source in self.draft.sources:
            for block in source.blocks:
                if block.kind == BlockKind.TABLE:
                    found |= {
                        (source.path, line): block for line in range(block.line_from, block.line_to + 1)
                    }
                elif block.kind == BlockKind.ITEM:
                    found[source.path, block.line_from] = block
        return found

    @cached_property
    def items_under(self) -> dict[tuple[str, int], int]:
        """How many list items hang on a block: (source, index of the block) → count."""
        found: Counter[tuple[str, int]] = Counter()
        for source in self.draft.sources:
            for block in source.blocks:
                if block.kind == BlockKind.ITEM and block.parent is not None:
                    found[source.path, block.parent] += 1
        return found

    @cached_property
    def cells(self) -> dict[int, Cell]:
        """By statement: cells of tables that have a header."""
        found: dict[int, Cell] = {}
        for one in self.statements:
            block = self.blocks.get((one.fact.source, one.fact.line_from))
            if one.fact.kind != FactKind.COMPARISON or block is None or not block.header:
                continue
            column = one.fact.context.rpartition(" › ")[2]
            label = f"{one.fact.term} – {column}: "
            if (
                one.fact.term
                and column in (plain(name) for name in block.rows[0])
                and one.text.startswith(label)
            ):
                table = (one.fact.source, block.index)
                corner = plain(block.rows[0][0])
                found[one.index] = Cell(
                    one.index, one.fact.term, column, one.text[len(label) :].strip(), corner, table
                )
        return found

    @cached_property
    def columns(self) -> dict[tuple[tuple[str, int], str], tuple[Cell, ...]]:
        """By table and column name, from the top."""
        found: dict[tuple[tuple[str, int], str], list[Cell]] = defaultdict(list)
        for cell in self.cells.values():
            found[cell.table, cell.column].append(cell)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def rows(self) -> dict[tuple[tuple[str, int], str], tuple[Cell, ...]]:
        """By table and row key, from the left; rows of the same key together."""
        found: dict[tuple[tuple[str, int], str], list[Cell]] = defaultdict(list)
        for cell in self.cells.values():
            found[cell.table, cell.row].append(cell)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Every term with a meaning, of this draft and beside it, in reading order."""
        found = []
        for statement in self.statements:
            if statement.fact.kind == FactKind.COMPARISON:
                continue
            if parts := split_term(statement.text):
                found.append(
                    self._definition(parts, statement.index, statement.group, statement.parent_topic)
                )
        for known in self.others:
            if parts := split_term(known.text):
                found.append(self._definition(parts, -1, (-1, ""), None))
        return tuple(one for one in found if one is not None)

    @staticmethod
    def _definition(
        parts: tuple[str, str, str, bool], index: int, group: Group, parent: int | None
    ) -> Definition | None:
        term, meaning, mark, bold = parts
        if not names_something(term):
            return None
        return Definition(term, meaning, mark, bold, index, group, parent, aliases(term))

    @cached_property
    def definition_of(self) -> dict[int, Definition]:
        """By statement."""
        return {one.index: one for one in self.definitions if one.index >= 0}

    @cached_property
    def by_group(self) -> dict[Group, tuple[Definition, ...]]:
        groups: dict[Group, list[Definition]] = defaultdict(list)
        for one in self.definitions:
            groups[one.group].append(one)
        return {key: tuple(value) for key, value in groups.items()}

    @cached_property
    def by_topic(self) -> dict[int, tuple[Definition, ...]]:
        topics: dict[int, list[Definition]] = defaultdict(list)
        for one in self.definitions:
            topics[one.group[0]].append(one)
        return {key: tuple(value) for key, value in topics.items()}

    @cached_property
    def by_parent_topic(self) -> dict[int | None, tuple[Definition, ...]]:
        parents: dict[int | None, list[Definition]] = defaultdict(list)
        for one in self.definitions:
            parents[one.parent_topic].append(one)
        return {key: tuple(value) for key, value in parents.items()}

    @cached_property
    def meanings_of(self) -> dict[str, list[str]]:
        """What is said of each name anywhere: name (normalised) → meanings."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.definitions:
            for name in one.names:
                found[name].append(one.meaning)
        return found

    @cached_property
    def known_terms(self) -> frozenset[str]:
        """Normalised names of everything the notes give a name to: heads, titles."""
        names: set[str] = set()
        for one in self.definitions:
            names |= one.names
        for topic in self.draft.topics:
            if names_something(topic.title):
                names |= aliases(place(topic.title))
        for known in self.others:
            if known.title and names_something(known.title):
                names |= aliases(known.title)
        return frozenset(names)

    @cached_property
    def asserted(self) -> frozenset[str]:
        """Every statement of every source, normalised."""
        return frozenset(
            [normalise(one.text) for one in self.statements]
            + [normalise(known.text) for known in self.others]
        )

    @cached_property
    def statements_of(self) -> dict[int, tuple[Statement, ...]]:
        """By topic."""
        topics: dict[int, list[Statement]] = defaultdict(list)
        for one in self.statements:
            topics[one.fact.topic].append(one)
        return {key: tuple(value) for key, value in topics.items()}

    @cached_property
    def figures(self) -> dict[str, tuple[str, ...]]:
        """Numbers seen with each unit in any source."""
        seen: dict[str, dict[str, None]] = defaultdict(dict)
        for text in (*(one.text for one in self.statements), *(known.text for known in self.others)):
            for number in numbers(text):
                seen[number.unit][number.figure] = None
        return {unit: tuple(figures) for unit, figures in seen.items()}

    @cached_property
    def _counted(self) -> dict[tuple[str, str], list[_Counted]]:
        """Statements that count in a unit, by unit and each of their telling words."""
        found: dict[tuple[str, str], list[_Counted]] = defaultdict(list)
        for text in (*(one.text for one in self.statements), *(known.text for known in self.others)):
            figures: dict[str, set[str]] = defaultdict(set)
            for number in numbers(text):
                figures[number.unit].add(number.figure)
            telling = (
                frozenset(word for word in content_words(text) if not word.isdigit())
                if figures
                else frozenset()
            )
            for unit, said in figures.items():
                one = _Counted(text, telling, frozenset(said))
                for word in telling:
                    found[unit, word].append(one)
        return found

    def figures_said_like(self, statement: Statement, unit: str) -> frozenset[str]:
        """Figures of this unit that any source gives for what seems to be the same thing."""
        own = {word for word in content_words(statement.text) if not word.isdigit()}
        # Who shares most of its words shares the rarest ones; looking only there keeps the cost linear.
        rarest = sorted(own, key=lambda word: (len(self._counted.get((unit, word), ())), word))[:_RAREST]
        said: set[str] = set()
        for word in rarest:
            for one in self._counted.get((unit, word), ())[:_LOOKED_AT]:
                if one.text != statement.text and len(own & one.telling) >= 0.6 * min(
                    len(own), len(one.telling)
                ):
                    said |= one.figures
        return frozenset(said)

    @cached_property
    def by_head_noun(self) -> dict[str, tuple[Definition, ...]]:
        """By the last word of the term: `policy`, `group`."""
        found: dict[str, list[Definition]] = defaultdict(list)
        for one in self.definitions:
            if one.index >= 0 and (noun := head_noun(one.term)):
                found[noun].append(one)
        return {noun: tuple(rows) for noun, rows in found.items()}

    def means_the_same(self, meaning: str, other: str) -> bool:
        """Whether two meanings say so much the same that either term would be a right answer."""
        first, second = content_words(meaning), content_words(other)
        if not first or not second:
            return normalise(meaning) == normalise(other)
        return len(first & second) >= 0.6 * min(len(first), len(second))

    def could_be(self, name: str, meaning: str) -> bool:
        """Whether any source says of `name` what `meaning` says."""
        return any(
            self.means_the_same(meaning, said)
            for alias in aliases(name)
            for said in self.meanings_of.get(alias, ())[:_LOOKED_AT]
        )


def _lead(fact: FactDraft, trail: str) -> str:
    """What stands directly above a fact inside its topic: the last part of its context beyond the headings."""
    inside = fact.context.removeprefix(trail).removeprefix(" › ") if fact.context.startswith(trail) else ""
    return "" if fact.kind == FactKind.COMPARISON else inside.rpartition(" › ")[2]
