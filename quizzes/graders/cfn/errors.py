"""Why CloudFormation would not go on."""

from __future__ import annotations


class Refused(ValueError):
    """`str()` is a whole sentence. `kind`: template, circular, parameter, value, export, import, name."""

    def __init__(self, kind: str, sentence: str) -> None:
        self.kind = kind
        super().__init__(sentence if len(sentence) <= 350 else f"{sentence[:350]}…")


def some(names: object) -> str:
    """Names for a sentence, at most six of them."""
    every = (
        [str(name)[:60] for name in names] if isinstance(names, list | tuple | set | dict) else [str(names)]
    )
    return ", ".join(every[:6]) + (" and more" if len(every) > 6 else "")
