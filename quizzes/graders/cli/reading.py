"""Words of a command → the request that the CLI would send. Nothing is sent.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-commandstructure.html
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-options.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import process

from quizzes.graders.cli import extras
from quizzes.graders.cli.model import Command, Option, command, commands, known, services
from quizzes.graders.cli.values import from_file, json_of, value_of
from quizzes.graders.cli.words import MOST_WORDS, BadCommand, words

# global option → whether it takes a value
GLOBAL = {
    "debug": False, "endpoint-url": True, "no-verify-ssl": False, "no-paginate": False, "output": True,
    "query": True, "profile": True, "region": True, "version": False, "color": True, "no-sign-request": False,
    "ca-bundle": True, "cli-read-timeout": True, "cli-connect-timeout": True, "cli-binary-format": True,
    "no-cli-pager": False, "cli-auto-prompt": False, "no-cli-auto-prompt": False,
}  # fmt: skip
EVERYWHERE = {"cli-input-json": True, "cli-input-yaml": True, "generate-cli-skeleton": True}
_TWO_PATHS = 2
OUTPUTS = ("json", "text", "table", "yaml", "yaml-stream", "off")


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `parameters`: as the API names them; of the CLI's own commands as `--name`; `options`: global ones."""

    service: str
    command: str
    operation: str
    parameters: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)


def read(text: str, files: Mapping[str, str] | None = None) -> Call:
    """The request of a command line. Raises BadCommand."""
    found = words(text)
    if found[0] != "aws":
        raise BadCommand(f"A command begins with aws, not with “{found[0][:40]}”.")
    return read_words(found[1:], files or {})


def read_words(found: list[str], files: Mapping[str, str]) -> Call:
    """As `read`, of words without `aws`."""
    options: dict[str, Any] = {}
    rest = _global(found, options)
    chosen, rest = _command(rest)
    written, placed = _options(chosen, rest, options)
    _check_globals(options)
    parameters = _parameters(chosen, written, placed, files)
    if chosen.operation and placed:
        options["outfile"] = placed[0]
    return Call(chosen.service, chosen.name, chosen.operation, parameters, options)


def _global(found: list[str], options: dict[str, Any]) -> list[str]:
    """Global options before the service; the rest of the words."""
    place = 0
    while place < len(found) and found[place].startswith("--"):
        name, given = _split(found[place])
        if name not in GLOBAL:
            raise BadCommand(_unknown("option", f"--{name}", [f"--{one}" for one in GLOBAL]))
        place += 1
        if GLOBAL[name] and given is None:
            if place >= len(found):
                raise BadCommand(f"--{name} needs a value.")
            given, place = found[place], place + 1
        options[name] = given if GLOBAL[name] else True
    return found[place:]


def _split(word: str) -> tuple[str, str | None]:
    name, equals, given = word.removeprefix("--").partition("=")
    return name, given if equals else None


def _unknown(what: str, name: str, candidates: Iterable[str]) -> str:
    near = process.extractOne(name[:60], list(candidates), score_cutoff=60)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no {what} {name[:60]}.{hint}"


def _command(found: list[str]) -> tuple[Command, list[str]]:
    if not found:
        raise BadCommand("Which service? A command is: aws service operation --parameter value.")
    service = found[0]
    if service not in known():
        if service in services():
            raise BadCommand(f"Commands of {service} are not known here.")
        raise BadCommand(_unknown("service", service, sorted(services())))
    here, shapes = commands(service)
    way: list[str] = []
    for place, word in enumerate(found[1:], start=1):
        if word not in here:
            raise BadCommand(_unknown(f"operation of {service}", word, here))
        way.append(word)
        written = here[word]
        if isinstance(written, list):
            return command(service, " ".join(way), written, shapes), found[place + 1 :]
        here = written
    raise BadCommand(f"Which operation of {' '.join([service, *way])[:60]}?")


def _options(
    chosen: Command, rest: list[str], options: dict[str, Any]
) -> tuple[dict[str, list[str] | bool], list[str]]:
    """Words of each option, as they are written, and words that stand for themselves. Global options go elsewhere."""
    written: dict[str, list[str] | bool] = {}
    placed: list[str] = []
    place = 0
    while place < len(rest):
        word = rest[place]
        place += 1
        if not _is_option(word):
            placed.append(word)
            continue
        name, given = _split(word)
        name = _whole_name(chosen, name)
        taking = _taking(chosen, name)
        values = [given] if given is not None else []
        while given is None and len(values) < taking and place < len(rest) and not _is_option(rest[place]):
            values.append(rest[place])
            place += 1
        if taking == 1 and not values:
            raise BadCommand(f"--{name} needs a value.")
        if not taking and given is not None:
            raise BadCommand(f"--{name} is a switch and takes no value.")
        if name in GLOBAL and name not in chosen.options:
            options[name] = values[0] if values else True
        else:
            _note(chosen, written, name, values if taking else None)
    return written, placed


def _note(chosen: Command, written: dict[str, list[str] | bool], name: str, values: list[str] | None) -> None:
    """`values`: None for a switch."""
    if values is None:
        positive = name if name in chosen.options else name.removeprefix("no-")
        if positive in written and written[positive] != (name == positive):
            raise BadCommand(f"--{positive} and --no-{positive} cannot both be there.")
        written[positive] = name == positive
    elif name in chosen.options and chosen.options[name].is_filter:
        written["filters"] = [*_words(written.get("filters")), f"--{name}", *values]
    else:
        written[name] = values


def _words(written: list[str] | bool | None) -> list[str]:
    return written if isinstance(written, list) else []


def _is_option(word: str) -> bool:
    """A word that begins with a dash, unless it is a number or holds a space."""
    if not word.startswith("-") or len(word) == 1:
        return False
    if word.startswith("--") and " " not in word.partition("=")[0]:
        return True
    return " " not in word and not word[1:].replace(".", "", 1).isdigit()


def _whole_name(chosen: Command, name: str) -> str:
    """The CLI takes the beginning of a name when only one parameter begins so."""
    every = [one for one, option in chosen.options.items() if not option.placed]
    every += [f"no-{one}" for one in every if chosen.options[one].two_way]
    if name in every or name in GLOBAL or name in EVERYWHERE or len(name) < 2:
        return name
    fitting = [one for one in every if one.startswith(name)] or [
        one for one in GLOBAL if one.startswith(name)
    ]
    return fitting[0] if len(fitting) == 1 else name


def _taking(chosen: Command, name: str) -> int:
    """How many words an option takes at most. Raises BadCommand when there is none."""
    option = chosen.options.get(name)
    if option is not None and not option.placed:
        return 0 if option.switch else MOST_WORDS if option.several else 1
    positive = chosen.options.get(name.removeprefix("no-"))
    if name.startswith("no-") and positive is not None and positive.two_way:
        return 0
    if name in GLOBAL or name in EVERYWHERE:
        return int((GLOBAL | EVERYWHERE)[name])
    names = [f"--{one}" for one, it in chosen.options.items() if not it.placed]
    raise BadCommand(_unknown("parameter", f"--{name}", [*names, *(f"--{one}" for one in GLOBAL)]))


def _check_globals(options: Mapping[str, Any]) -> None:
    if options.get("output", "json") not in OUTPUTS:
        raise BadCommand(f"--output is one of {', '.join(OUTPUTS)}.")


def _parameters(
    chosen: Command, written: Mapping[str, list[str] | bool], placed: list[str], files: Mapping[str, str]
) -> dict[str, Any]:
    if "cli-input-yaml" in written:
        raise BadCommand("--cli-input-yaml is not read here; use --cli-input-json.")
    base = _input(written.get("cli-input-json"), files)
    places = [option for option in chosen.options.values() if option.placed]
    _placed(chosen, places, placed)
    if not {"generate-cli-skeleton", "cli-input-json"} & set(written):
        there = {chosen.options[name].member or name for name in written if name in chosen.options}
        needed = [one for one in chosen.options.values() if one.required and not one.placed]
        missing = [f"--{one.name}" for one in needed if (one.member or one.name) not in there]
        if missing:
            raise BadCommand(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} required.")
    found, own = _members(chosen, written, files)
    if chosen.operation:
        return {**base, **extras.hydrated(chosen, found, own)}
    found = {f"--{name}": value for name, value in own.items()}
    for place, option in enumerate(places):
        if option.several:
            found[option.name] = placed
        elif place < len(placed):
            found[option.name] = placed[place]
    return found


def _members(
    chosen: Command, written: Mapping[str, list[str] | bool], files: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Members of the request, and values of parameters that are none as they stand."""
    found: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, words_of in written.items():
        if name in EVERYWHERE:
            continue
        if name == "filters" and name not in chosen.options:
            filters = _words(words_of)
            own[name] = [list(pair) for pair in zip(filters[::2], filters[1::2], strict=True)]
            continue
        option = chosen.options[name]
        value = (
            words_of is not option.means_no
            if isinstance(words_of, bool)
            else value_of(option, words_of, chosen.shapes, files)
        )
        if option.page:
            found.setdefault("PaginationConfig", {})[option.member] = _count(option, value)
        elif option.member:
            found[option.member] = value
        else:
            own[name] = value
    return found, own


def _count(option: Option, value: Any) -> Any:
    if option.member == "StartingToken":
        return value
    if not str(value).isdigit() or len(str(value)) > 9:
        raise BadCommand(f"--{option.name} takes a whole number.")
    return int(str(value))


def _placed(chosen: Command, places: list[Option], placed: list[str]) -> None:
    """Words that stand for themselves: `s3 cp` takes two, other commands one for each place."""
    most = _TWO_PATHS if chosen.service == "s3" and chosen.name in ("cp", "mv", "sync") else len(places)
    least = most if any(option.required for option in places) else 0
    if len(placed) < least:
        names = ", ".join(one.name for one in places)
        raise BadCommand(f"{chosen.service} {chosen.name} needs {f'{most} paths' if most > 1 else names}.")
    if len(placed) > most:
        shown = placed[most][:60]
        raise BadCommand(f"“{shown}” belongs to no parameter. Is a quote, or a -- before a name, missing?")


def _input(written: list[str] | bool | None, files: Mapping[str, str]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html"""
    if not isinstance(written, list):
        return {}
    text = from_file(written[0], files)
    found = json_of(text if text is not None else written[0])
    if not isinstance(found, dict):
        raise BadCommand("--cli-input-json takes keys with values, {…}.")
    return found
