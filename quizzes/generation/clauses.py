"""Who does what: the subject and the predicate of a plain sentence, also when its subject stands above it.

Bullets under a term or a title leave their subject out ("Supports HTTP/2"). It is put back here, so that a question
about such a line names its thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from content.ingest.markup import CODE_SPAN
from quizzes.generation.english import BE, base, is_base, is_plural, split_clause, starts_with_verb
from quizzes.generation.texts import plain, words
from quizzes.generation.wording import (
    STOP_TITLES,
    first_sentence,
    is_usable,
    names_something,
    sentence,
    split_term,
    starts_with_pronoun,
)

OWN, LEAD, TITLE = "own", "lead", "title"
_ARTICLE = re.compile(r"^(?P<article>An?|The|Each|Every|All)\s+(?=\S)", re.IGNORECASE)
_DEFINES = re.compile(r"\b(?:that|which|where|who|to|for|of|in|used|with|between|from|on|whose|by)\b")
_OPEN_END = re.compile(
    r"\b(?:to|for|of|with|by|in|from|when|if|are|is|includes?|on|at|as|and|or|vs\.?)$", re.IGNORECASE
)
_IS_CALLED = re.compile(r"\b(?:is|are)\s(?:also\s)?(?:called|known|named|referred)\b")
_ORDERS_WORDS = """
    create configure install open go select click run make use add set see note remember check download import choose
    enable disable do look take find get put start stop try keep avoid learn understand review read write log define
    specify need have hide return change test build attach prefer describe package deploy zip import enter save apply
"""
_NOUNISH_WORDS = """
    control access support query cache store process place record report request route schedule search share track
    transfer trigger update upload watch work list look limit lock map match measure mean link issue host group grant
    form filter export exchange download display copy compress change cause call block output exit pull push stream
    forecast target guide list poll scale scan
"""
_NOUNISH = frozenset(_NOUNISH_WORDS.split())
_OBJECT = re.compile(r"(?:an?|the|all|any|each|every|two|three|both)\b|[a-z]+s\s(?!that|is|are|which)")
_ORDERS = frozenset(_ORDERS_WORDS.split())
_YOURS = re.compile(r"\b(?:your|my|our|below|following)\b", re.IGNORECASE)
_KINDS_WORDS = """
    service platform network system store storage database engine protocol framework resource server format language
    mechanism solution registry gateway firewall tool utility feature interface layer model method technique process
    approach algorithm standard cache queue cluster repository library plugin controller agent daemon scheduler proxy
    program application environment runtime specification policy strategy architecture bus broker dashboard console
    warehouse lake balancer file template api cli sdk nfs unit device router switch certificate key token record
"""
_KINDS = frozenset(_KINDS_WORDS.split())
_HELD = re.compile("[\uf000-\uf0ff]")
_NOUN_PHRASE = re.compile(
    r"(?:An?|The|One of the)\s+(?!same\b|first\b|second\b|only\b|best\b|following\b|most\b|more\b|least\b|lot\b|few\b)"
    r"[a-z]"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`subject`: a name without article. `verb`: the finite verb with its adverbs; "" for a bare noun phrase that says
    what the subject is. `article`: “the”, “each”, as the sentence has it. `scope`: whether the subject stands in the
    sentence, in the bullet above or in the title."""

    subject: str
    verb: str
    rest: str
    scope: str
    article: str = ""

    @property
    def named(self) -> str:
        """The subject in bold, with the article that it has in the sentence."""
        return f"{self.article.lower()} **{self.subject}**".strip()

    @property
    def predicate(self) -> str:
        return f"{self.verb} {self.rest}".strip()

    @property
    def main_verb(self) -> str:
        """The finite verb alone, in lower case."""
        return self.verb.split()[-1].casefold() if self.verb else ""


def light(text: str) -> str:
    """Plain words that keep their `code`."""
    spans: list[str] = []

    def hold(match: re.Match[str]) -> str:
        spans.append(match.group(0))
        return chr(0xF000 + len(spans) - 1)

    held = CODE_SPAN.sub(hold, text) if text.count("`") <= 200 else text
    return _HELD.sub(lambda match: spans[ord(match.group(0)) - 0xF000], plain(held)) if spans else plain(held)


def clause(text: str, lead: str, title: str, first: bool) -> Clause | None:
    """The clause of a statement; None when its subject or its verb cannot be told.

    `lead`: the bullet above, "" when there is none. `title`: name of the topic. `first`: the statement is the first of
    its topic, where a noun phrase says what the topic is.
    """
    bare = first_sentence(light(sentence(text)))
    if (
        not is_usable(bare)
        or len(words(bare)) > 45
        or (":" in bare.replace("`", "")[:40] and split_term(text))
    ):
        return None
    above, scope = (_head(lead), LEAD) if lead else (title, TITLE)
    verb = starts_with_verb(bare)
    if verb and not _is_question(bare):
        if not is_subject(above) or " " not in bare or not _agrees(above, verb):
            return None
        length = len(_until(bare, verb).split())
        return Clause(above, _until(bare, verb), " ".join(bare.split()[length:]), scope)
    if first and not lead and _NOUN_PHRASE.match(bare) and split_clause(bare) is None and is_subject(title):
        if (
            not _DEFINES.search(" ".join(bare.split()[1:9]))
            or _IS_CALLED.search(bare)
            or re.search(r",\s(?:and|but|so)\s(?:the|it|you|a)\b", bare)
        ):
            return None
        return Clause(title, "", bare, TITLE)
    if (
        (first or lead)
        and tells_its_work(bare)
        and is_subject(above)
        and (not lead or _is_written_as_name(above))
    ):
        verb, _, rest = bare.partition(" ")
        return Clause(above, verb, rest, scope)
    if first and not lead and is_subject(title) and _is_noun_phrase(bare):
        return Clause(title, "", bare, TITLE)
    if parts := split_clause(bare):
        article = match["article"] if (match := _ARTICLE.match(parts[0])) else ""
        subject = _ARTICLE.sub("", parts[0])
        if (
            names_something(subject)
            and len(words(subject)) <= 6
            and not _OPEN_END.search(subject)
            and "`" not in subject.strip("`")
        ):
            return Clause(subject, parts[1], parts[2], OWN, article)
    return None


def tells_its_work(text: str) -> bool:
    """“Connect two networks …” under the name of what does it; not an order to the reader."""
    word, _, rest = text.partition(" ")
    if not is_base(word) or word.casefold() in _ORDERS or len(words(rest)) < 2 or _YOURS.search(rest):
        return False
    return word.casefold() not in _NOUNISH or bool(
        _OBJECT.match(rest)
    )  # “Control plane component …” is no order


def _is_written_as_name(name: str) -> bool:
    return bool(re.search(r"[a-z][A-Z]|[A-Z]{2}|`|_", name))


def _is_noun_phrase(text: str) -> bool:
    """“Managed NFS service that …”: what the topic is, without article and verb."""
    start = re.split(r"\s(?:that|which|for|to|used|with|of|in|where|by|allowing|providing)\s", text)[
        0
    ].rstrip(",. ")
    parts = words(start)
    if starts_with_pronoun(text) or re.search(r"\b(?:can|is|are|must|will|you|should)\b", start):
        return False
    if not 2 <= len(parts) <= 7 or (
        parts[-1] not in _KINDS and words(re.sub(r"\s*\([^()]*\)$", "", start))[-1:] == []
    ):
        return False
    last = words(re.sub(r"\s*\([^()]*\)$", "", start))[-1:]
    return bool(last) and last[0] in _KINDS and split_clause(start + " it") is None and not is_base(parts[0])


def _head(lead: str) -> str:
    """The name in the bullet above: what stands before its colon or dash, or all of it."""
    parts = split_term(lead)
    return parts[0] if parts else lead.rstrip(" :.")


def _until(text: str, verb: str) -> str:
    """The words up to and including the verb."""
    found = text.split()
    at = next(index for index, word in enumerate(found) if word.casefold() == verb)
    return " ".join(found[: at + 1])


def _is_question(text: str) -> bool:
    return text.endswith("?")


def _agrees(name: str, verb: str) -> bool:
    """“Rules” do not “retrieve**s**”: then the line is about something else than the title."""
    return not (is_plural(name) and (base(verb) or verb in ("is", "has", "does"))) and not (
        not is_plural(name) and verb in ("are", "have", "do")
    )


@lru_cache(maxsize=5_000)
def is_subject(name: str) -> bool:
    """A short name that a sentence can begin with: no sentence, no question, no comparison."""
    if (
        not name
        or not names_something(name)
        or len(words(name)) > 5
        or _OPEN_END.search(name)
        or re.search(r"[,:%]|^\d", name)
    ):
        return False
    if all(part in STOP_TITLES for part in words(name)):
        return False
    return not _is_sentence(name) and not re.search(r"\bvs\b|\s[&+]\s|/", name)


def _is_sentence(name: str) -> bool:
    first, second = [*name.casefold().split(), ""][:2]
    if len(words(name)) >= 3 and is_base(first) and not is_base(second):
        return True
    return split_clause(f"{name} it") is not None or (
        bool(base(first)) and second in {"a", "an", "the", "to"}
    )


def is_copula(clause: Clause) -> bool:
    return clause.main_verb in BE
