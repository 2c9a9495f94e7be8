"""What an answer line says: letters, numbers or the words of options; and keys collected at the end of a section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.ingest.identity import normalise
from content.ingest.markup import plain
from content.ingest.questions.found import Option

_BEFORE = re.compile(
    r"[^\w(\[]{0,8}(?:(?:is|are|both|the|options?|choices?|letters?|answers?|correct|and)\b[\s:*_]{0,4}){0,4}",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"[(\[]?([A-Ha-h])(?:\\?[)\]])?(?P<end>$|[.,;:：)/&+|](?=\s|$|[A-H\W])|(?=\s[-–—&+/|(=]|[\s]*$|\s+(?:and|or|because|since|is|are)\b))"
)
_SUBJECT = re.compile(r"\s{1,3}(?:is|are|was|because|since)\b", re.IGNORECASE)
_GLUED = re.compile(r"[(\[]?([A-H]{2,6})[)\]]?(?=$|[\s.,;:)–—-])")
_JOIN = re.compile(
    r"[\s*_]{0,3}(?:[,;/&+|]|\band\b|\bplus\b)?[\s*_]{0,3}(?:(?:and|option|&)\s)?[\s*_]{0,3}", re.IGNORECASE
)
_NUMBERS = re.compile(
    r"[(\[]?(\d{1,2})[)\]]?(?:\s{0,2}(?:,|&|and|/)\s{0,2}[(\[]?(\d{1,2})[)\]]?){0,6}(?=$|[\s.,;:)–—-])"
)
_SAYS = re.compile(
    r"[^\w]{0,6}(?:options?\s|choice\s|answer\s)?[(\"“]?([A-H])[)\"”]?\s(?:is|was)\s(?:the\s)?(?:only\s)?(?:correct|right|best)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"all(?: of (?:the )?(?:above|these|them))?[.!]?$", re.IGNORECASE)


@dataclass(slots=True)
class Key:
    """Places of the right options, and the words that follow them."""

    right: frozenset[int]
    rest: str = ""


def key_of(text: str, options: Sequence[Option]) -> Key | None:
    """Which options an answer names; None when that cannot be told."""
    said = plain(text).strip()
    if not said:
        return None
    letters = _letters_of(options)
    found = _by_letters(said, options, letters)
    if found is None:
        found = _by_words(said, options)
    if found is None and (match := _SAYS.match(said)) and match.group(1).upper() in letters:
        found = Key(frozenset({letters[match.group(1).upper()]}), said)
    if found is None and not any(option.letter for option in options):
        found = _by_numbers(said, options)
    return found


def _letters_of(options: Sequence[Option]) -> dict[str, int]:
    """Letter → place, of letters that stand once; options without letters count A, B, C."""
    if not any(option.letter for option in options):
        return {chr(65 + place): place for place in range(len(options))}
    letters = [option.letter for option in options]
    return {letter: place for place, letter in enumerate(letters) if letter and letters.count(letter) == 1}


def _by_letters(said: str, options: Sequence[Option], letters: dict[str, int]) -> Key | None:
    match = _BEFORE.match(said)
    at = match.end() if match else 0
    right: list[int] = []
    if glued := _GLUED.match(said, at):
        word = glued.group(1)
        if len(set(word)) == len(word) and all(letter in letters for letter in word):
            return Key(frozenset(letters[letter] for letter in word), _after(said[glued.end() :]))
    while one := _one_letter(said, at, options, letters, bool(right)):
        place, end = one
        right.append(place)
        joint = _JOIN.match(said, end)
        nxt = joint.end() if joint else end
        if nxt == end or _one_letter(said, nxt, options, letters, True) is None:
            return Key(frozenset(right), _after(said[end:]))
        at = nxt
    return Key(frozenset(right), _after(said[at:])) if right else None


def _one_letter(
    said: str, at: int, options: Sequence[Option], letters: dict[str, int], more: bool
) -> tuple[int, int] | None:
    """(place, end) of the option named at `at`: its letter, with its own words after it if they stand there."""
    head = re.match(r"[(\[]?([A-Ha-h])(?:\\?[)\]])?(?=[\s.,;:)\]/&+|–—-]|$)", said[at:])
    if head is None or head.group(1).upper() not in letters:
        return None
    place = letters[head.group(1).upper()]
    rest = said[at + head.end() :]
    words = normalise(options[place].text)
    body = re.match(r"[\s.,;:)\]–—*_-]{0,6}", rest)
    begin = body.end() if body else 0
    if words and normalise(rest[begin : begin + 2 * len(options[place].text) + 20]).startswith(words[:60]):
        return place, at + head.end() + begin + _length(rest[begin:], words)
    match = _LETTER.match(said, at)
    if match is None or (more and _SUBJECT.match(said, match.end())):
        return None
    end = match.end() - len(match.group("end") or "")
    if (
        head.group(1).islower()
        and not match.group("end")
        and match.end() < len(said)
        and not more
        and head.group(0)[0] not in "(["
    ):
        return (place, end) if head.group(1) != "a" else None
    if head.group(1) == "a" and not match.group("end") and match.end() < len(said):
        return None
    return place, end


def _length(text: str, words: str) -> int:
    """How many characters of `text` say `words`."""
    low, high = 0, min(len(text), 4 * len(words) + 40)
    while low < high:
        middle = (low + high) // 2
        if len(normalise(text[:middle])) < len(words):
            low = middle + 1
        else:
            high = middle
    return low


def _by_words(said: str, options: Sequence[Option]) -> Key | None:
    """The answer repeats the words of one option, or of several in a row."""
    texts = [normalise(option.text) for option in options]
    whole = normalise(said)
    if whole in texts:
        return Key(frozenset({texts.index(whole)})) if texts.count(whole) == 1 else None
    begun = [place for place, text in enumerate(texts) if text and whole.startswith(text + " ")]
    if begun:
        best = max(begun, key=lambda place: len(texts[place]))
        sign = said[_length(said, texts[best]) :].lstrip(" *_\"'”")
        if sign[:1] in ".,;:-–—(":
            parts = [normalise(part) for part in re.split(r"[,;\n]| and ", said)]
            named = frozenset(place for place, text in enumerate(texts) if text in parts)
            return Key(named or frozenset({best}), _after(sign) if not named or named == {best} else "")
    parts = [normalise(part) for part in re.split(r"[,;\n]|\band\b|&", said)]
    if len(parts) > 1 and all(part in texts for part in parts if part):
        return Key(frozenset(texts.index(part) for part in parts if part))
    return None


def _by_numbers(said: str, options: Sequence[Option]) -> Key | None:
    match = _BEFORE.match(said)
    at = match.end() if match else 0
    if (numbers := _NUMBERS.match(said, at)) is None:
        return None
    places = [int(number) - 1 for number in re.findall(r"\d{1,2}", numbers.group(0))]
    if not all(0 <= place < len(options) for place in places):
        return None
    return Key(frozenset(places), _after(said[numbers.end() :]))


def _after(text: str) -> str:
    return text.strip(" .:;,–—-*_)").strip()
