"""What the Studio's tests share: notes in our own words, and an upload that was read by the real pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from content import ingestion
from content.models import Certification, IngestionRun
from studyapp import pipeline
from tests.factories import NOW

LANTERNS = """# Lanterns

A lantern keeps a flame out of the wind.

- **Wick** – the cord that draws oil up to the flame.
- **Globe** – the glass that keeps wind away from the flame.
- **Burner** – the metal part that holds the wick.
- A full tank burns for 12 hours.

## Trimming {#trimming}

Trim the wick every 8 hours.

Q: What draws oil up to the flame?
A: The wick
Because: the cord soaks up oil.

[Back to top](#top)
"""

KITES = """# Kites

A kite flies because its line holds it against the wind.

- **Spar** – the stick that keeps the sail open.
- **Bridle** – the strings that join the sail to the line.
- A diamond kite needs a tail of 2 metres.
"""

CARE = """# Lantern keeping

## Care

- Trim the wick every 8 hours with sharp scissors and keep the cut straight.
- The keeper fills the tank before dusk and writes the level into the book.
- Salt air dulls the glass, so it is washed with fresh water each morning.
- Spare wicks lie dry in a tin box.

## Signals

- **Fog signal** – one long flash every 20 seconds.
- A red globe means that the harbour is closed.
- Two lanterns side by side mean that a pilot is wanted.
- The bell rings when the flame goes out.

Page 7

[Back to top](#lantern-keeping)
"""

# Three statements of care reworded beyond recognition, in another place; of the signals one with another number, one
# reworded, one gone, one as it was; and some that are new.
CARE_LATER = """# Lantern keeping

## Care

- Spare wicks lie dry in a tin box.

## Signals

- **Fog signal** – one long flash every 30 seconds.
- A red globe tells that the harbour is closed.
- Two lanterns side by side mean that a pilot is wanted.

## Boats

- A boat without a lantern stays in the harbour at night.
- With sharp scissors the wick is cut straight once in 8 hours of burning.
- Oars are counted before the boat goes out.
- Before dusk somebody writes into the book how full the tank is.
- Rope is coiled against the sun.
- Each morning the glass wants fresh water, because salt dulls it overnight.

At most I0 lanterns hang on one mast.

Page 7

[Back to top](#lantern-keeping)
"""


def upload(name: str = "lanterns.md", text: str | bytes = LANTERNS) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def waiting(certification: Certification, owner: User, *files: SimpleUploadedFile) -> IngestionRun:
    """An upload that no worker has read yet."""
    received = cast(Sequence[ingestion.Upload], files or [upload()])
    return ingestion.create_run(certification, owner, received, NOW)


def preview(certification: Certification, owner: User, *files: SimpleUploadedFile) -> IngestionRun:
    """An upload that was read and waits to be published."""
    run = waiting(certification, owner, *files)
    pipeline.stage(run)
    run.refresh_from_db()
    return run


def many_notes(sections: int) -> str:
    """Notes with `sections` topics of four facts each."""
    parts = ["# The workshop\n"]
    for number in range(sections):
        parts.append(
            f"\n## Shelf {number}\n\n"
            f"- **Clamp {number}** – the tool that holds board {number} to the bench.\n"
            f"- **Plane {number}** – the tool that smooths board {number} along its grain.\n"
            f"- Shelf {number} carries {number + 3} kilograms.\n"
            f"- Glue {number} sets within {number + 20} minutes.\n"
        )
    return "".join(parts)


def pair(key: str, facts: Sequence[dict[str, Any]], a: int, b: int, **more: Any) -> dict[str, Any]:
    """Two facts of a draft side by side, as a run stores disagreements and repetitions."""

    def side(index: int) -> dict[str, Any]:
        fact = facts[index]
        return {
            "source": fact["source"],
            "line": fact["line_from"],
            "text": fact["text"],
            "context": fact["context"],
            "fingerprint": fact["fingerprint"],
            "index": index,
            "uid": None,
        }

    return {"key": key, "score": 93.0, "a": side(a), "b": side(b), **more}
