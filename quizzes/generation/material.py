"""Everything that patterns may look at, indexed once: the statements of a draft and what is known beside them.

`Material` is made from the draft and from facts of the same certification that the draft does not hold, so that a
distractor is never something that any source asserts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from content.ingest.model import Block, BlockKind, Draft, FactKind
from quizzes.generation.clauses import LEAD, OWN, Clause, clause, is_copula, is_subject
from quizzes.generation.figures import Figures
from quizzes.generation.grid import Grid
from quizzes.generation.said import Said
from quizzes.generation.statements import Definition, Group, Known, Statement, statements_of
from quizzes.generation.texts import normalise, words
from quizzes.generation.wording import (
    aliases,
    content_words,
    head_noun,
    is_a_name,
    names_something,
    split_term,
)

_LOOKED_AT = 30
_TITLES = "#titles"  # stands for the list that the titles under one topic are
_ELSEWHERE = -1
_VENDORS_WORDS = """
    aws amazon azure microsoft google gcp cisco oracle ibm users user clients client developer developers
    administrator administrators admin admins customer customers people team teams company organization
"""
_VENDORS = frozenset(_VENDORS_WORDS.split())

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True)
class Material:
    draft: Draft
    statements: tuple[Statement, ...]
    others: tuple[Known, ...] = ()

    @classmethod
    def of(cls, draft: Draft, others: Sequence[Known] = ()) -> Material:
        return cls(draft, statements_of(draft), tuple(others))

    # -- where things stand ----------------------------------------------------------------------------------

    @cached_property
    def members_of(self) -> dict[Group, tuple[Statement, ...]]:
        """The statements of each list, in order."""
        return _grouped((one.group, one) for one in self.statements)

    @cached_property
    def statements_in(self) -> dict[int, tuple[Statement, ...]]:
        """By topic."""
        return _grouped((one.fact.topic, one) for one in self.statements)

    @cached_property
    def blocks(self) -> dict[tuple[str, int], Block]:
        """By source and line: items and paragraphs by their first line, tables by each of theirs."""
        found: dict[tuple[str, int], Block] = {}
        for source in self.draft.sources:
            for block in source.blocks:
                if block.kind == BlockKind.TABLE:
                    found |= {
                        (source.path, line): block for line in range(block.line_from, block.line_to + 1)
                    }
                elif block.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH):
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
    def grid(self) -> Grid:
        """Cells of tables that have a header."""
        return Grid.of(self.statements, self.blocks)

    # -- what has a name -------------------------------------------------------------------------------------

    @cached_property
    def definition_of(self) -> dict[int, Definition]:
        """By statement: `Term – meaning`."""
        found: dict[int, Definition] = {}
        for one in self.statements:
            if one.fact.kind != FactKind.COMPARISON and (parts := split_term(one.text)):
                term, meaning, mark, bold = parts
                if names_something(term):
                    found[one.index] = Definition(
                        term, meaning, mark, bold, one.index, one.group, one.parent_topic, aliases(term)
                    )
        return found

    @cached_property
    def clause_of(self) -> dict[int, Clause]:
        """By statement: who does what, where that can be told and the subject is known by name."""
        found: dict[int, Clause] = {}
        for one in self.statements:
            if one.fact.kind in (FactKind.COMPARISON, FactKind.CODE) or one.index in self.definition_of:
                continue
            said = clause(one.text, one.lead, one.place, one.first)
            if said is not None and (
                said.scope not in (OWN, LEAD)
                or self.knows(said.subject)
                or _stands_above(said.subject, one)
                or self._is_listed(one, said)
                or _defines(said)
            ):
                found[one.index] = said
        return found

    def _is_listed(self, statement: Statement, said: Clause) -> bool:
        """The bullet above stands in a list of bullets that all have something below them: a list of things."""
        return said.scope == LEAD and len(self._leads[statement.fact.topic, statement.above]) >= 3

    @cached_property
    def _leads(self) -> dict[Group, set[str]]:
        found: dict[Group, set[str]] = defaultdict(set)
        for one in self.statements:
            if one.lead:
                found[one.fact.topic, one.above].add(one.lead)
        return found

    @cached_property
    def _times(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for said in self.clause_of.values():
            name = normalise(said.subject)
            found[name, ""] += 1
            found[name, said.main_verb] += 1
        return found

    def times_said(self, subject: str, verb: str = "") -> int:
        """How many clauses of this draft have this subject, and this verb."""
        return self._times[normalise(subject), verb]

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Words that the notes write with a small letter somewhere."""
        return frozenset(word for one in self.statements for word in one.plain.split() if word.islower())

    @cached_property
    def _written(self) -> Counter[str]:
        """How often each capitalised word stands inside a sentence, or anywhere with a title."""
        found: Counter[str] = Counter()
        for one in self.statements:
            found.update(word.strip("*`.,:;()'’\"") for word in one.plain.split()[1:] if word[:1].isupper())
        return found

    @cached_property
    def _small(self) -> frozenset[str]:
        return frozenset(word.strip("*`.,:;()'’\"") for word in self.small_words)

    def is_name(self, word: str) -> bool:
        """A word with a capital, also inside sentences, that the notes nowhere write small: a product, a protocol."""
        lower = word.casefold()
        return (
            self._written[word] >= 2
            and lower not in self._small
            and lower.removesuffix("s") not in self._small
            and f"{lower}s" not in self._small
        )

    @cached_property
    def _pairs(self) -> Counter[tuple[str, str]]:
        """How many statements hold each two words side by side."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self.statements:
            said = [word.removesuffix("s") for word in words(one.plain)]
            found.update(set(pairwise(said)))
        return found

    def speaks_of(self, title: str) -> bool:
        """Two words of a title stand side by side in statements as well: it names a thing, no point of view."""
        said = [word.removesuffix("s") for word in words(title)]
        return any(self._pairs[pair] >= 2 for pair in pairwise(said) if len(pair[0]) > 2 and len(pair[1]) > 2)

    @cached_property
    def _mentions(self) -> Counter[str]:
        return Counter(word for one in self.statements for word in set(words(one.plain)))

    def is_everywhere(self, name: str) -> bool:
        """A name that so many statements use that it answers nothing: the vendor, the subject of the whole course."""
        parts = words(name)
        return all(self._mentions[part] > max(6, 0.08 * len(self.statements)) for part in parts) or (
            len(parts) == 1 and parts[0] in _VENDORS
        )

    def knows(self, subject: str) -> bool:
        """The notes give it a name, or it is written like one: capitals inside, code, several words."""
        if not names_something(subject):
            return False
        inner = subject[1:]
        return (is_a_name(subject) and any(c.isupper() or c == "`" for c in inner)) or bool(
            aliases(subject) & self.titles_and_terms
        )

    @cached_property
    def titles_and_terms(self) -> frozenset[str]:
        """Normalised names of everything that is a head or a title."""
        names: set[str] = set()
        for one in self.definition_of.values():
            names |= one.names
        for title in self._titles.values():
            names |= title.names
        for known in self.others:
            if known.title and names_something(known.title):
                names |= aliases(known.title)
        return frozenset(names)

    @cached_property
    def _titles(self) -> dict[int, Definition]:
        """By topic: titles that are names, as terms in the list of their siblings."""
        parents = {topic.key: topic.parent for topic in self.draft.topics}
        places = {one.fact.topic: (one.place, one.index) for one in reversed(self.statements)}
        found: dict[int, Definition] = {}
        for topic in self.draft.topics:
            name, index = places.get(topic.key, ("", 0))
            if name and is_subject(name):
                above = topic.parent if topic.parent is not None else _ELSEWHERE
                grand = parents.get(above) if topic.parent is not None else None
                found[topic.key] = Definition(
                    name, "", "title", False, index, (above, _TITLES), grand, aliases(name)
                )
        return found

    def is_title_elsewhere(self, one: Definition) -> bool:
        """Another topic has this name: what stands here is not what it is."""
        return any(topic != one.group[0] for name in one.names for topic in self._topics_called.get(name, ()))

    @cached_property
    def _topics_called(self) -> dict[str, tuple[int, ...]]:
        return _grouped((name, topic) for topic, title in self._titles.items() for name in title.names)

    @cached_property
    def terms(self) -> tuple[Definition, ...]:
        """Everything that has a name and a meaning, in reading order: heads, subjects of sentences, titles."""
        found = list(self.definition_of.values())
        for index, said in self.clause_of.items():
            found.append(self.subject_of(self.statements[index], said))
        found += self._titles.values()
        return tuple(sorted(found, key=lambda one: one.index))

    def subject_of(self, statement: Statement, said: Clause) -> Definition:
        """The subject of a statement as a term, in the list in which its likes stand."""
        title = self._titles.get(statement.fact.topic)
        group, parent, mark = statement.group, statement.parent_topic, "clause"
        if said.scope == LEAD:
            group = (statement.fact.topic, statement.above)
        elif title is not None and title.names & aliases(said.subject):
            group, parent, mark = title.group, title.parent_topic, "title"
        return Definition(
            said.subject, said.predicate, mark, False, statement.index, group, parent, aliases(said.subject)
        )

    @cached_property
    def by_group(self) -> dict[Group, tuple[Definition, ...]]:
        return _distinct((one.group, one) for one in self.terms)

    @cached_property
    def by_topic(self) -> dict[int, tuple[Definition, ...]]:
        return _distinct((one.group[0], one) for one in self.terms)

    @cached_property
    def by_parent_topic(self) -> dict[int | None, tuple[Definition, ...]]:
        return _distinct((one.parent_topic, one) for one in self.terms)

    @cached_property
    def by_head_noun(self) -> dict[str, tuple[Definition, ...]]:
        """By the last word of the term: `policy`, `group`."""
        return _distinct((noun, one) for one in self.terms if (noun := head_noun(one.term)))

    # -- what is said ----------------------------------------------------------------------------------------

    @cached_property
    def meanings_of(self) -> dict[str, tuple[str, ...]]:
        """What is said of each name anywhere: name (normalised) → meanings."""
        found = [(name, one.meaning) for one in self.terms if one.meaning for name in one.names]
        for known in self.others:
            if (parts := split_term(known.text)) and names_something(parts[0]):
                found += [(name, parts[1]) for name in aliases(parts[0])]
        return _grouped(found)

    @cached_property
    def said(self) -> Said:
        """Every statement of every source, found again by its words."""
        own = [(one.plain, f"{one.fact.context} {one.plain}") for one in self.statements]
        return Said([*own, *((known.text, f"{known.title} {known.text}") for known in self.others)])

    @cached_property
    def figures(self) -> Figures:
        """Numbers with their units, of every source."""
        return Figures([*(one.text for one in self.statements), *(known.text for known in self.others)])

    def means_the_same(self, meaning: str, other: str) -> bool:
        """Whether two meanings say so much the same that either term would be a right answer."""
        first, second = content_words(meaning), content_words(other)
        if not first or not second:
            return normalise(meaning) == normalise(other)
        return len(first & second) >= 0.6 * min(len(first), len(second))

    @cached_property
    def _told_of(self) -> dict[str, tuple[frozenset[str], ...]]:
        """The telling words of what is said of each name."""
        return {
            name: tuple(dict.fromkeys(said for told in every[:_LOOKED_AT] if (said := content_words(told))))
            for name, every in self.meanings_of.items()
        }

    def could_be(self, name: str, meaning: str) -> bool:
        """Whether any source says of `name` what `meaning` says."""
        names, own = aliases(name), content_words(meaning)
        every = {told for alias in names for told in self._told_of.get(alias, ())} if own else set()
        if any(len(own & told) >= 0.6 * min(len(own), len(told)) for told in every):
            return True
        return self.said.asserts(names, meaning)


def _defines(said: Clause) -> bool:
    """“Amplitude is the maximum strength of …”, “A region is a set of …”: a sentence that introduces its subject."""
    of_a_kind = said.article.casefold() in ("a", "an") or not said.article
    noun_phrase = said.rest.split(" ", 1)[0] in ("a", "an", "the")
    return (
        is_copula(said)
        and said.verb in ("is", "are")
        and of_a_kind
        and noun_phrase
        and len(words(said.subject)) <= 4
    )


def _stands_above(subject: str, statement: Statement) -> bool:
    """The headings above use its words: “Snapshots” under “EBS Snapshots”."""
    above = {word.removesuffix("s") for word in words(statement.fact.context)}
    return {word.removesuffix("s") for word in words(subject)} <= above


def _distinct(pairs: Iterable[tuple[K, Definition]]) -> dict[K, tuple[Definition, ...]]:
    """Each name once in every group, where it stands first."""
    found: dict[K, dict[str, Definition]] = defaultdict(dict)
    for key, one in pairs:
        found[key].setdefault(one.term.casefold(), one)
    return {key: tuple(names.values()) for key, names in found.items()}


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(value) for key, value in found.items()}
