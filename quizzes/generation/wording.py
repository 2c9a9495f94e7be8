"""How sentences of notes are taken apart: stop-lists, term and meaning, aliases, place names."""

from __future__ import annotations

import re
from functools import lru_cache

from content.ingest.markup import LINK
from quizzes.generation.texts import normalise, plain, words

# Heads that introduce a remark and name nothing.
_STOP_HEADS = """
    note notes example examples tip tips important remember warning caution hint info remark recap summary
    exam e.g i.e ex eg ie question questions answer answers see also reference references ref source sources
    link links use usage case cases pros cons pro con advantage advantages disadvantage disadvantages benefits
    benefit features feature details detail overview introduction about other others more etc todo fyi good
    bad better best how why what when where who which step steps option options result results output input
    problem problems solution solutions reason reasons default defaults goal goals purpose idea conclusion
    disclaimer update updated new deprecated yes no true false it this that these those they we you i he she
    here there first second third next then finally reminder resolution pricing price cost costs free secure
    security console recovery performance schedule scenario symptom fix cause integration integrations limit
    limits limitation limitations requirement requirements format syntax type types name value key description
    action actions behavior behaviour
"""
STOP_HEADS = frozenset(_STOP_HEADS.split())
# Titles that say nothing without the title above them.
_STOP_TITLES = """
    overview introduction intro summary basics features concepts general notes security monitoring pricing
    limits hands on hands-on example examples use cases case types components architecture recap conclusion
    troubleshooting advanced misc other faq quotas performance encryption networking storage configuration
    options settings best practices how it works closing comments important key points definitions exam tips
    authorization authentication access scaling deployment definition terminology fundamentals implications pitfalls
    characteristics limitations properties benefits others notes purpose tips setup usage additional facts special
    advantages disadvantages details commands description remarks advanced default defaults behaviour behavior good to
    know key concept requirements integration integrations main common core things tools comparison table
"""
STOP_TITLES = frozenset(_STOP_TITLES.split()) | {
    "hands on",
    "use cases",
    "use case",
    "best practices",
    "how it works",
}
# Talk between a teacher and a class.
CLASS_TALK = re.compile(
    r"\b(?:this (?:course|section|lecture|video|slide|chapter|class)|(?:in|at|for|on) the (?:exam|lecture|hands)|"
    r"exam (?:tip|q|will)|hands[- ]on|we(?:'|’)?(?:ll| will| are| can| need| have| want)\b|let(?:'|’)s|"
    r"i(?:'|’)(?:ll|m|ve)|i will|you(?:'|’)(?:ll|re)|don(?:'|’)t (?:worry|stress)|for now|as we|"
    r"next (?:section|lecture)|more on (?:this|that)|cheat ?sheet|copyright|©|"
    r"all rights|click|see (?:below|above|next)|screenshot|diagram|figure \d)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:it|its|this|that|these|those|they|them|their|he|she|his|her|we|our|you|your|i|my|one|both|same|such|also|then|"
    r"but|and|or|so|because|therefore|however|else|otherwise|instead|thus|here|there|again|now|as well|another)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.|\barn:aws:|\w@\w+\.\w")
_HEAD = re.compile(
    r"(?P<open>\*\*|__|`)?(?P<term>[^*_`:=]{1,80}?|[^*`:=]{1,80}?)(?P<close>\*\*|__|`)?"
    r"(?P<alias>\s?\([^()]{1,60}\))?(?P<end>\*\*|__)?\s*(?P<mark>::|:|\s[–—-]+\s|–\s|—\s|\s=\s|\s=>\s|\s->\s|\s→\s)\s*(?P<meaning>\S.*)",
    re.DOTALL,
)
_BOLD_COLON = re.compile(
    r"(?:\*\*|__)(?P<term>[^*_]{1,80}?)\s*(?P<mark>:|–|—|-)\s*(?:\*\*|__)\s*(?P<meaning>\S.*)", re.DOTALL
)
_BOLD_STOP = re.compile(
    r"(?:\*\*|__)(?P<term>[^*_.]{2,60})(?:\.(?:\*\*|__)|(?:\*\*|__)\.)\s+(?P<meaning>[A-Z].{15,})", re.DOTALL
)
_NOT_A_NAME = re.compile(
    r"(?:if|when|how|why|what|where|for|with|without|in|on|to|from|by|not|no|do|does|can|must|should|use|using|only|all|"
    r"each|every|up|at|after|before|once|while|since|ex|used|based|called|made|less|more|better|faster|lower|higher|fewer|cheaper|also|just|many|some|several)\b",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\s*\(([^()]{1,80})\)")
_CONTINUED = re.compile(
    r"\s*\((?:cont(?:inued|d|'d|’d)?\.?|\d{1,2}/\d{1,2})\)|\s*(?:[-–—]|\bpart)\s*(?:\d{1,2}|I{1,3}|cont\.?)$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^(?:\d{1,3}(?:\.[\dA-Za-z]{1,3})*[.):]?|[A-Z][.)]|[IVX]{1,4}[.)])\s+(?=\S)")
_ABOUT = re.compile(
    r"^(?:describe|explain|understand(?:ing)?|introduction to|intro to|overview of|about|what (?:is|are)|working with|"
    r"discuss|identify|compare|getting started with|basics of|fundamentals of)\s+(?:an?\s|the\s)?(?=\S)",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"[\s–:-]+(?:overview|introduction|intro|basics|summary|fundamentals|deep dive|good to know|explained)$",
    re.IGNORECASE,
)


def split_term(text: str) -> tuple[str, str, str, bool] | None:
    """(term, meaning, mark, bold) of `**Term** – meaning`, `Term: meaning`, `Term = meaning`; else None.

    The term comes without markup, with its alias in parentheses; the meaning keeps its Markdown.
    """
    if "](" in text:
        text = LINK.sub(r"\1", text)
    if match := _BOLD_COLON.match(text):
        return plain(match["term"]), match["meaning"].strip(), match["mark"], True
    if match := _BOLD_STOP.match(text):
        return plain(match["term"]), match["meaning"].strip(), ".", True
    match = _HEAD.match(text)
    if match is None:
        return None
    marked = bool(match["open"]) and bool(match["close"] or match["end"])
    if bool(match["open"]) != bool(match["close"] or match["end"]):
        return None
    term = plain(match["term"] + (match["alias"] or ""))
    return term, match["meaning"].strip(), match["mark"].strip(), marked


@lru_cache(maxsize=20_000)
def names_something(term: str) -> bool:
    """Whether a head can be asked about: a short name, and none of the words that introduce a remark."""
    parts = words(term)
    if (
        unbalanced(term)
        or not parts
        or len(parts) > 7
        or len(term) > 60
        or not re.search(r"[A-Za-z]{2}", term)
    ):
        return False
    first, bare = parts[0], normalise(term)
    if (
        bare in STOP_HEADS
        or all(part in STOP_HEADS for part in parts)
        or first in {"note", "example", "e", "tip"}
    ):
        return False
    if parts[-1] in STOP_HEADS or re.search(r"\b(?:is|are|was|not|must|can|will|has|have)\b|\d$|^\W", term):
        return bool(re.search(r"[A-Za-z]\d$|^[`$.\-/]", term)) and parts[-1] not in STOP_HEADS
    if _PRONOUN.match(term) or _ADDRESS.search(term) or CLASS_TALK.search(term):
        return False
    return not _NOT_A_NAME.match(term)


@lru_cache(maxsize=20_000)
def aliases(term: str) -> frozenset[str]:
    """Every name that a term goes by, normalised: with and without what stands in parentheses, singular."""
    names = {
        term,
        _PARENTHESIS.sub("", term),
        *_PARENTHESIS.findall(term),
        *re.split(r"\s*/\s*|\s+or\s+", term),
    }
    normal = {normalise(name) for name in names} - {""}
    initials = "".join(word[0] for word in re.findall(r"[A-Z][A-Za-z]+", _PARENTHESIS.sub("", term)))
    if len(initials) >= 2:
        normal.add(initials.casefold())
    for vendor in ("amazon ", "aws "):
        normal |= {name.removeprefix(vendor) for name in normal}
    return frozenset(normal | {name.removesuffix("s") for name in normal if len(name) > 3})


_VENDORS = frozenset(("amazon", "aws", "azure", "microsoft", "google"))


def same_thing(one: str, other: str) -> bool:
    """Whether two terms may name the same thing: a shared alias, or one's words inside the other's."""
    if aliases(one) & aliases(other):
        return True
    first, second = set(words(one)) - _VENDORS, set(words(other)) - _VENDORS
    return bool(first and second) and (first <= second or second <= first)


def head_noun(term: str) -> str:
    """The last word of a term without what stands in parentheses, singular."""
    parts = words(_PARENTHESIS.sub("", term))
    return parts[-1].removesuffix("s") if parts else ""


def place(title: str, above: str = "") -> str:
    """A topic's title as a reader would say where something stands; behind the place above it when it says little."""
    bare = _NUMBERING.sub("", _CONTINUED.sub("", plain(title))).strip(" :–-?")
    shorter = _UNDER.sub("", _ABOUT.sub("", bare)).strip(" :–-?")
    bare = shorter or bare
    parts = words(bare)
    says_little = not parts or all(part in STOP_TITLES for part in parts) or normalise(bare) in STOP_TITLES
    if says_little:
        return f"{above} – {bare}" if above and bare else above or bare
    return bare[:1].upper() + bare[1:] if shorter and shorter != plain(title) and bare[:1].islower() else bare


_ENDED = re.compile(r"[?!] \w|\(\?\)")
_SPELLED = re.compile(r"\b[A-Za-z] [A-Za-z] [A-Za-z] [A-Za-z]\b")


@lru_cache(maxsize=2_000)
def is_usable(text: str) -> bool:
    """Nothing here is an address, talk to the class, a question, or damaged beyond reading."""
    bare = plain(text)
    if not bare or _ADDRESS.search(bare) or CLASS_TALK.search(bare):
        return False
    if bare.endswith(("?", "…")) or "..." in bare:
        return False
    letters = sum(map(str.isalpha, bare)) + bare.count(" ")
    if letters < 0.7 * len(bare) or "\\" in bare or "{" in bare or "|" in bare:
        return False
    if _ENDED.search(bare) or _is_debris(bare):
        return False
    return unbalanced(bare) == 0 and not _SPELLED.search(bare)


def _is_debris(text: str) -> bool:
    """Labels of a drawing, run together: long, and nearly every word with a capital or a digit."""
    parts = text.split()
    return len(parts) >= 8 and sum(not part[:1].islower() for part in parts) > 0.7 * len(parts)


def is_a_name(term: str) -> bool:
    """More than one common word: several words, an acronym, `camelCase`, a path, or a code."""
    return len(words(term)) >= 2 or bool(re.search(r"[A-Z]{2}|[a-z][A-Z]|\d|[.:_/-]", term))


def unbalanced(text: str) -> int:
    """Brackets and quotes that are open at the end."""
    return (
        abs(text.count("(") - text.count(")")) + abs(text.count("[") - text.count("]")) + text.count('"') % 2
    )


def starts_with_pronoun(text: str) -> bool:
    return bool(_PRONOUN.match(plain(text)))


@lru_cache(maxsize=50_000)
def content_words(text: str) -> frozenset[str]:
    """Words of four letters and more, numbers and acronyms, without the commonest and without plural endings."""
    found = {word for word in words(plain(text)) if (len(word) > 3 or word.isdigit()) and word not in _COMMON}
    found |= {word.casefold() for word in re.findall(r"\b[A-Z][A-Z0-9]{1,4}\b", plain(text))}
    return frozenset(word.removesuffix("s") if len(word) > 4 else word for word in found)


_COMMON_WORDS = """
    this that these those with from have been will would could should your their there when where which what
    while into onto over under between than then them they must need needs used using uses also such only each
    every some more most less very much many other others same like just about after before during being does
    done make makes both either through within without because amazon
"""
_COMMON = frozenset(_COMMON_WORDS.split())


_FIRST = re.compile(r"(?P<first>.{20,}?[a-z\d)\]`])\.\s+(?=[A-Z][a-z]*\s)")


def first_sentence(text: str) -> str:
    """The first of several sentences; what follows it mostly begins with “It”."""
    match = _FIRST.match(text)
    return match["first"] if match and len(words(match["first"])) >= 5 else text


def sentence(text: str) -> str:
    """`text` without a closing period, so that it can stand inside quotation marks or before a question mark."""
    return text.strip().rstrip(".;,").strip()
