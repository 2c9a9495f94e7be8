"""Notes → edited notes, as people edit them, with the truth beside: which line of the new text was which of the old.

A file is a list of lines; a line keeps its id through everything that an edit does to its words or its place. Used by
`benchmarks.identity`. Deterministic: the same random generator gives the same edits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, pairwise
from random import Random

_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_BULLET = re.compile(r"^(\s*)([-*+•]|\d+[.)])\s+(.*)$")
_NOT_PROSE = ("---", "===", "<", "!", "[", "{", "Because:", "Ref:", "Q:", "A:", "- [", "|")
_OTHER_WORDS = [
    *(
        ("use", "employ"),
        ("uses", "relies on"),
        ("allows", "lets"),
        ("can", "is able to"),
        ("must", "has to"),
    ),
    *(
        ("provides", "gives"),
        ("needs", "requires"),
        ("only", "just"),
        ("multiple", "several"),
        ("create", "make"),
    ),
    *(("the", ""), ("your", "the"), ("you", "we"), ("between", "among"), ("large", "big"), ("fast", "quick")),
    *(("manage", "handle"), ("via", "through"), ("and", "&"), ("send", "deliver"), ("store", "keep")),
]
_TAILS = [
    "; this holds in every region",
    " (check the console)",
    ", worth remembering",
    ", also across accounts",
]
_LEADS = ["Note that ", "In general, ", "By default, ", "**Important** - "]
_STRANGERS = [
    "The auction hall opens at five and closes when the last crate is sold",
    "Ice is made in the tower behind the pier and carried down by a belt",
    "Every pilot keeps a log of the ships that were brought in that night",
    "Nets are mended in the long shed whenever the weather keeps boats inside",
    "A diver looks after the chains of the buoys in the first week of spring",
    "The tug is moored with its bow towards the gate and its engine warm",
]
_PLACES = ["Sandholm", "Kirkness", "Westray", "Lerwick", "Tarbert", "Mallaig"]
_numbers = count(1)


@dataclass
class Line:
    text: str
    id: int = field(default_factory=lambda: next(_numbers))


Tree = dict[str, list[Line]]
Edit = Callable[[Random, Tree, int], None]  # the last argument: 0 for a few lines, 2 for many


def lines_of(text: str) -> list[Line]:
    return [Line(part) for part in text.replace("\r\n", "\n").split("\n")]


def text_of(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


def copied(tree: Tree) -> Tree:
    return {path: [Line(line.text, line.id) for line in lines] for path, lines in tree.items()}


def edited(tree: Tree, random: Random) -> tuple[Tree, list[str]]:
    """An edited copy, and the names of what was done to it: mostly a few words here and there, now and then more."""
    new = copied(tree)
    amount = random.choice([0, 0, 0, 1, 1, 2])
    chosen = random.sample(sorted(LIGHT), random.choice([2, 3, 4, 5]))
    if random.random() < 0.6:
        chosen += random.sample(sorted(HEAVY), 1)
    for name in chosen:
        (LIGHT | HEAVY)[name](random, new, amount)
    return new, chosen


# -- where to edit ------------------------------------------------------------------------------------------------


def _apart(lines: list[Line]) -> set[int]:
    """Positions inside fences and front matter."""
    found: set[int] = set()
    fenced = front = False
    for place, line in enumerate(lines):
        mark = line.text.strip()
        if mark.startswith(("```", "~~~")):
            fenced = not fenced
            found.add(place)
        elif mark == "---" and (place == 0 or front):
            front = not front
            found.add(place)
        elif fenced or front:
            found.add(place)
    return found


def _prose(lines: list[Line]) -> list[int]:
    """Positions of lines that say something in words."""
    apart = _apart(lines)
    return [
        place
        for place, line in enumerate(lines)
        if place not in apart
        and not _HEADING.match(line.text)
        and not line.text.strip().startswith(_NOT_PROSE)
        and "|" not in line.text
        and len(line.text.split()) >= 4
    ]


def _sections(lines: list[Line]) -> list[tuple[int, int, int]]:
    """(first, behind the last, level) of every section under a heading."""
    apart = _apart(lines)
    heads = [
        (place, len(match[1]))
        for place, line in enumerate(lines)
        if place not in apart and (match := _HEADING.match(line.text))
    ]
    return [
        (place, next((other for other, deep in heads[at + 1 :] if deep <= level), len(lines)), level)
        for at, (place, level) in enumerate(heads)
    ]


def _files(random: Random, tree: Tree, amount: int) -> list[str]:
    return random.sample(list(tree), max(1, int(len(tree) * (0.3, 0.6, 1.0)[amount])))


def _some(random: Random, places: list[int], amount: int, shares: tuple[float, float, float]) -> list[int]:
    return random.sample(places, min(len(places), max(1, int(len(places) * shares[amount]))))


def _body(text: str, change: Callable[[str], str]) -> str:
    """Change the words of a line and leave its bullet and its quote marks."""
    match = re.match(r"^(\s*(?:>\s*)*(?:(?:[-*+•]|\d+[.)])\s+)?)(.*)$", text)
    return match[1] + change(match[2]) if match else text


# -- words --------------------------------------------------------------------------------------------------------


def _typo(random: Random, text: str) -> str:
    words = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not words:
        return text
    found = random.choice(words)
    word, at = found[0], random.randrange(1, len(found[0]) - 2)
    slips = [word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :]]
    return text[: found.start()] + random.choice(slips) + text[found.end() :]


def _reword(random: Random, text: str, times: int = 2) -> str:
    there = [pair for pair in _OTHER_WORDS if re.search(rf"\b{pair[0]}\b", text)]
    random.shuffle(there)
    for old, new in there[:times]:
        text = re.sub(rf"\b{old}\b", new, text, count=1)
    return re.sub(r" {2,}", " ", text)


def _turn(random: Random, text: str) -> str:
    """Reworded much: other words, and the halves of the sentence change places."""
    text = _reword(random, text, 4)
    parts = re.split(r",\s", text, maxsplit=1)
    if len(parts) == 1 or random.random() < 0.5:
        return text
    return f"{parts[1][:1].upper()}{parts[1][1:]}, {parts[0][:1].lower()}{parts[0][1:]}"


def _shorten(random: Random, text: str) -> str:
    for sign in (r";\s", r"\s\(", r",\s", r"\s-\s", r"\sand\s"):
        later = [found for found in re.finditer(sign, text) if found.start() > 0.45 * len(text)]
        if later:
            return text[: later[0].start()]
    return text


def _number(random: Random, text: str) -> str:
    numbers = list(re.finditer(r"(?<![\w.])\d{1,9}(?![\w.]*[A-Za-z])", text))
    if not numbers:
        return text
    found = random.choice(numbers)
    return f"{text[: found.start()]}{int(found[0]) * 2 + 1}{text[found.end() :]}"


def _negate(random: Random, text: str) -> str:
    for old, new in ((" is ", " is not "), (" can ", " cannot "), (" are ", " are not "), (" not ", " ")):
        if old in text:
            return text.replace(old, new, 1)
    return text


def _mark(random: Random, text: str, mark: str) -> str:
    if mark in text:
        return text.replace(mark, "")
    words = text.split(" ")
    place = random.randrange(len(words))
    words[place] = f"{mark}{words[place]}{mark}" if words[place].isalnum() else words[place]
    return " ".join(words)


WORDS: dict[str, Callable[[Random, str], str]] = {
    "typo": _typo,
    "reword": _reword,
    "turn round": _turn,
    "add a clause": lambda random, text: text.rstrip(".") + random.choice(_TAILS),
    "add a lead": lambda random, text: random.choice(_LEADS) + text,
    "shorten": _shorten,
    "another number": _number,
    "negate": _negate,
    "bold": lambda random, text: _mark(random, text, "**"),
    "code": lambda random, text: _mark(random, text, "`"),
    "full stop": lambda random, text: text[:-1] if text.endswith(".") else f"{text}.",
    "case": lambda random, text: text[:1].swapcase() + text[1:],
}


def _in_words(change: Callable[[Random, str], str]) -> Edit:
    def edit(random: Random, tree: Tree, amount: int) -> None:
        for path in _files(random, tree, amount):
            for place in _some(random, _prose(tree[path]), amount, (0.02, 0.06, 0.15)):
                tree[path][place].text = _body(tree[path][place].text, lambda text: change(random, text))

    return edit


# -- lines and sections -------------------------------------------------------------------------------------------


def _delete(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        gone = set(_some(random, _prose(tree[path]), amount, (0.02, 0.05, 0.12)))
        tree[path] = [line for place, line in enumerate(tree[path]) if place not in gone]


def _insert(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        for place in sorted(_some(random, _prose(tree[path]), amount, (0.03, 0.08, 0.2)), reverse=True):
            made = _body(tree[path][place].text, lambda text: _stranger(random))
            tree[path].insert(place + 1, Line(made))


def _replace(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        for place in _some(random, _prose(tree[path]), amount, (0.01, 0.03, 0.06)):
            tree[path][place] = Line(_body(tree[path][place].text, lambda text: _stranger(random)))


def _add_sibling(random: Random, tree: Tree, amount: int) -> None:
    """Beside a statement one of the same build about something else."""
    for path in _files(random, tree, 0):
        for place in sorted(_some(random, _prose(tree[path]), amount, (0.01, 0.02, 0.04)), reverse=True):
            tree[path].insert(
                place + 1, Line(_body(tree[path][place].text, lambda text: _sibling(random, text)))
            )


def _stranger(random: Random) -> str:
    return f"{random.choice(_STRANGERS)}, says {random.choice(_PLACES)} in its book of {random.randrange(1700, 1999)}"


def _sibling(random: Random, text: str) -> str:
    words = text.split(" ")
    names = [place for place, word in enumerate(words) if re.match(r"^[A-Z]\w{2,}", word)] or [0]
    for place in random.sample(names, min(2, len(names))):
        words[place] = random.choice(_PLACES)
    return " ".join(words)


def _swap(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        lines = tree[path]
        level = [
            (a, b) for a, b in pairwise(_prose(lines)) if b == a + 1 and _depth(lines[a]) == _depth(lines[b])
        ]
        for a, b in random.sample(level, min(1 + amount, len(level))):
            lines[a], lines[b] = lines[b], lines[a]


def _depth(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _rename_headings(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        found = _sections(tree[path])
        for place, _, _ in random.sample(found, min(1 + 2 * amount, len(found))):
            mark, _, title = tree[path][place].text.partition(" ")
            titles = [f"{title} in detail", f"About {title}", title.upper(), f"{title} - overview"]
            tree[path][place].text = f"{mark} {random.choice(titles)}"


def _move_section(random: Random, tree: Tree, amount: int) -> None:
    """To another place of its file, or behind the end of another file."""
    path, other = random.choice(list(tree)), random.choice(list(tree))
    inner = [section for section in _sections(tree[path]) if section[2] >= 2]
    if not inner:
        return
    first, behind, level = random.choice(inner)
    part = tree[path][first:behind]
    del tree[path][first:behind]
    places = [place for place, _, deep in _sections(tree[other]) if 2 <= deep <= level]
    place = random.choice([*places, len(tree[other])]) if path == other else len(tree[other])
    tree[other][place:place] = [Line(""), *part, Line("")]


def _rename_file(random: Random, tree: Tree, amount: int) -> None:
    path = random.choice(list(tree))
    folder, slash, name = path.rpartition("/")
    _renamed(tree, {path: f"{folder}{slash}{random.randrange(90)}-{name}"})


def _rename_folder(random: Random, tree: Tree, amount: int) -> None:
    _renamed(tree, {path: f"renamed/{path.rpartition('/')[2]}" for path in tree})


def _renamed(tree: Tree, names: dict[str, str]) -> None:
    files = list(tree.items())
    tree.clear()
    tree.update({names.get(path, path): lines for path, lines in files})


def _split_file(random: Random, tree: Tree, amount: int) -> None:
    path = max(tree, key=lambda one: len(tree[one]))
    lines = tree[path]
    middle = [first for first, _, _ in _sections(lines) if 0.25 * len(lines) < first < 0.75 * len(lines)]
    if middle:
        place = random.choice(middle)
        tree[path.removesuffix(".md") + "-part-2.md"] = [Line("# More"), Line(""), *lines[place:]]
        del lines[place:]


def _merge_files(random: Random, tree: Tree, amount: int) -> None:
    if len(tree) > 1:
        one, other = random.sample(list(tree), 2)
        gone = tree.pop(other)
        tree[one] += [Line(""), *gone[len([place for place in _apart(gone) if place < 12]) :]]


def _other_bullets(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, amount):
        for line in tree[path]:
            if match := _BULLET.match(line.text):
                line.text = f"{match[1] * 2}{'*' if match[2] == '-' else '-'} {match[3]}"


def _to_paragraphs(random: Random, tree: Tree, amount: int) -> None:
    path = random.choice(list(tree))
    found = _sections(tree[path])
    if found:
        first, behind, _ = random.choice(found)
        part: list[Line] = []
        for line in tree[path][first:behind]:
            match = _BULLET.match(line.text)
            flat = match is not None and not match[1]
            part += [Line(""), Line(match[3], line.id), Line("")] if match and flat else [line]
        tree[path][first:behind] = part


def _to_bullets(random: Random, tree: Tree, amount: int) -> None:
    for path in _files(random, tree, 0):
        for place in _prose(tree[path]):
            line = tree[path][place]
            if line.text[:1].isalnum() and (place == 0 or not tree[path][place - 1].text.strip()):
                line.text = f"- {line.text}"


LIGHT: dict[str, Edit] = {name: _in_words(change) for name, change in WORDS.items()} | {
    "delete": _delete,
    "insert": _insert,
    "replace": _replace,
    "add a sibling": _add_sibling,
    "swap lines": _swap,
    "rename headings": _rename_headings,
}
HEAVY: dict[str, Edit] = {
    "move a section": _move_section,
    "rename a file": _rename_file,
    "rename the folder": _rename_folder,
    "split a file": _split_file,
    "merge files": _merge_files,
    "other bullets": _other_bullets,
    "bullets to paragraphs": _to_paragraphs,
    "paragraphs to bullets": _to_bullets,
}
